//! Numbers that are none reach every output that they take part in, and no other.

use super::{ACTIVATIONS, HALF, Random, run_on};
use crate::engine::Tensor;
use crate::engine::plan::tests::pointwise;
use crate::engine::plan::{
    Activation, BinaryFunction, Cell, Convolution, Direction, Numbers, Op, Place, Recurrence, Reduction, UnaryFunction,
    View, Weight, Window,
};

fn view(offset: u32, dims: &[u32]) -> View {
    View::dense(Place::Arena, offset, dims)
}

/// Random numbers, of which some are none.
fn arena(nowhere: &[usize]) -> Vec<f32> {
    let mut random = Random(0xfeed_0001);
    let mut arena: Vec<f32> = (0..HALF).map(|_| random.number()).collect();
    nowhere.iter().for_each(|at| arena[*at] = f32::NAN);
    arena
}

#[track_caller]
fn assert_none(output: &Tensor, expected: impl Fn(usize) -> bool) {
    for (at, number) in output.data.iter().enumerate() {
        assert_eq!(number.is_nan(), expected(at), "{at}: {number}");
    }
}

#[test]
fn functions_of_no_number_are_none() {
    use UnaryFunction::{Absolute, Erf, Exp, Log, Negate, Reciprocal, Sqrt, Square};
    let others = [Exp, Log, Sqrt, Reciprocal, Negate, Absolute, Erf, Square];
    // Positive numbers, of which every function is one.
    let mut numbers = arena(&[]);
    numbers.iter_mut().for_each(|number| *number = number.abs() + 0.1);
    numbers[5] = f32::NAN;
    for function in ACTIVATIONS.map(UnaryFunction::Activation).into_iter().chain(others) {
        let op = Op::Unary { function, input: view(0, &[37]), output: view(HALF, &[37]) };
        assert_none(&run_on(&numbers, op, Vec::new()), |at| at == 5);
    }
}

#[test]
fn functions_of_two_numbers_of_which_one_is_none_are_none() {
    use BinaryFunction::{Add, Divide, Maximum, Minimum, Multiply, Power, Subtract};
    for function in [Add, Subtract, Multiply, Divide, Minimum, Maximum, Power] {
        let mut numbers = arena(&[]);
        numbers.iter_mut().for_each(|number| *number = number.abs() + 0.1);
        numbers[3] = f32::NAN;
        numbers[100 + 20] = f32::NAN;
        let [a, b] = [0, 100].map(|offset| view(offset, &[37]));
        let op = Op::Binary { function, activation: Activation::None, a, b, output: view(HALF, &[37]) };
        assert_none(&run_on(&numbers, op, Vec::new()), |at| at == 3 || at == 20);
    }
}

#[test]
fn rows_with_no_number_are_none_and_others_are_not() {
    // Of three rows of eleven the second holds one.
    let (rows, numbers) = (view(0, &[3, 11]), arena(&[11 + 4]));
    for reduction in [Reduction::Sum, Reduction::Mean, Reduction::Minimum, Reduction::Maximum] {
        let op = Op::Reduce { reduction, input: rows.clone(), output: view(HALF, &[3, 1]) };
        assert_none(&run_on(&numbers, op, Vec::new()), |at| at == 1);
    }
    let softmax = |input: View, axis, output| run_on(&numbers, Op::Softmax { axis, input, output }, Vec::new());
    assert_none(&softmax(rows.clone(), 1, view(HALF, &[3, 11])), |at| at / 11 == 1);
    // The same numbers as columns: along an axis that does not lie side by side.
    let columns = View { dims: vec![11, 3], strides: vec![1, 11], ..rows.clone() };
    assert_none(&softmax(columns, 0, view(HALF, &[11, 3])), |at| at % 3 == 1);
    let places = run_on(&numbers, Op::ArgMax { axis: 1, input: rows, output: view(HALF, &[3, 1]) }, Vec::new());
    assert_eq!(places.data[1], 4.0, "what is no number counts as the largest");
}

#[test]
fn infinity_among_those_that_softmax_weighs_leaves_none() {
    let mut numbers = arena(&[]);
    numbers[11 + 4] = f32::INFINITY;
    numbers[22 + 4] = f32::NEG_INFINITY;
    let op = Op::Softmax { axis: 1, input: view(0, &[3, 11]), output: view(HALF, &[3, 11]) };
    let output = run_on(&numbers, op, Vec::new());
    assert_none(&output, |at| at / 11 == 1);
    assert_eq!(output.data[22 + 4], 0.0);
}

#[test]
fn products_carry_what_is_no_number_along_its_row_or_column() {
    // In plain loops, and packed.
    for columns in [6, 35] {
        let [a, b, output] = [view(0, &[5, 4]), view(20, &[4, columns]), view(HALF, &[5, columns])];
        let product = |nowhere| {
            run_on(&arena(&[nowhere]), Op::MatMul { a: a.clone(), b: b.clone(), output: output.clone() }, Vec::new())
        };
        let columns = columns as usize;
        assert_none(&product(2 * 4 + 1), |at| at / columns == 2);
        assert_none(&product(20 + columns + 5), |at| at % columns == 5);
    }
}

#[test]
fn transposed_convolutions_carry_it_where_its_window_lies() {
    let window = Window { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], pad: [0, 0] };
    let [input, output] = [view(0, &[1, 3, 3, 1]), view(HALF, &[1, 6, 6, 1])];
    let conv = Convolution { window, ..pointwise(input, output) };
    let weight = Weight { dims: vec![1, 4, 1], numbers: Numbers::F32(vec![0.5, 1.0, -1.0, 2.0].into()) };
    // The pixel in the middle.
    let output = run_on(&arena(&[4]), Op::ConvTranspose(conv), vec![weight]);
    assert_none(&output, |at| (2..4).contains(&(at / 6)) && (2..4).contains(&(at % 6)));
}

#[test]
fn recurrences_carry_it_from_its_step_on() {
    const HIDDEN: u32 = 5;
    for cell in [Cell::Lstm, Cell::Gru, Cell::GruResetLast] {
        let gates = cell.gates() * HIDDEN;
        let mut random = Random(0xfeed_0002);
        let mut weight = |dims: Vec<u32>| {
            let numbers = (0..dims.iter().product()).map(|_| random.number()).collect();
            Weight { dims, numbers: Numbers::F32(numbers) }
        };
        let weights = vec![weight(vec![HIDDEN, gates]), weight(vec![HIDDEN])];
        // All gates of the third of six steps.
        let nowhere: Vec<usize> = (2 * gates..3 * gates).map(|at| at as usize).collect();
        let op = Op::Recurrence(Recurrence {
            cell,
            direction: Direction::Forward,
            weight: 0,
            bias: (cell == Cell::GruResetLast).then_some(1),
            input: view(0, &[1, 6, gates]),
            output: view(HALF, &[1, 6, HIDDEN]),
        });
        assert_none(&run_on(&arena(&nowhere), op, weights), |at| at as u32 / HIDDEN >= 2);
    }
}
