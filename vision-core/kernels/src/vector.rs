//! The few operations on vectors of f32 that every kernel is written with; one implementation for each set of instructions.

#![expect(unsafe_code, reason = "vectors are loaded from and stored to memory through pointers")]

/// `LANES` numbers that are worked on together.
///
/// Values of an implementation exist only in code that [`super::dispatch`] has entered, which is what makes the safe methods sound.
/// Every method must be `#[inline(always)]`: only inlined into that code is it compiled to the instructions it stands for.
pub trait Vector: Copy {
    const LANES: usize;

    fn splat(value: f32) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// `self + left * right`, rounded once or twice.
    fn plus_product(self, left: Self, right: Self) -> Self;
    /// `if self < low { low } else { self }`: not a number stays.
    fn at_least(self, low: Self) -> Self;
    /// `if self > high { high } else { self }`: not a number stays.
    fn at_most(self, high: Self) -> Self;
    /// The larger; not a number if either is.
    fn max(self, other: Self) -> Self;
    /// The smaller; not a number if either is.
    fn min(self, other: Self) -> Self;
    fn abs(self) -> Self;
    /// `if self's sign bit is set { yes } else { no }`
    fn if_negative(self, yes: Self, no: Self) -> Self;
    /// The bits shifted to where the exponent is.
    fn bits_to_exponent(self) -> Self;

    /// # Safety
    /// `from` is valid for reading `LANES` numbers.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `from` is valid for reading one number.
    unsafe fn load_splat(from: *const f32) -> Self;
    /// # Safety
    /// `to` is valid for writing `LANES` numbers.
    unsafe fn store(self, to: *mut f32);

    /// The first `count` lanes from memory, zeros above.
    /// # Safety
    /// `count <= LANES`, and `from` is valid for reading `count` numbers.
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize) -> Self {
        let mut lanes = [0.0_f32; MAX_LANES];
        // SAFETY: the caller grants `count` numbers, and `count <= LANES <= MAX_LANES`.
        unsafe {
            for lane in 0..count {
                *lanes.as_mut_ptr().add(lane) = *from.add(lane);
            }
            Self::load(lanes.as_ptr())
        }
    }

    /// The first `count` lanes to memory.
    /// # Safety
    /// `count <= LANES`, and `to` is valid for writing `count` numbers.
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        let mut lanes = [0.0_f32; MAX_LANES];
        // SAFETY: the caller grants `count` numbers, and `count <= LANES <= MAX_LANES`.
        unsafe {
            self.store(lanes.as_mut_ptr());
            for lane in 0..count {
                *to.add(lane) = *lanes.as_ptr().add(lane);
            }
        }
    }
}

/// A set of registers, which decides how much is kept in them, and how code for them is entered.
pub trait Registers: Vector {
    /// The most vectors of output channels that a tile of a matrix product keeps.
    const MAX_PANEL: usize;
    /// Whether tiles of eight pixels by two or three vectors find registers enough: 24 sums, the weights of three vectors and a
    /// number are 28 of 32. A step then loads 10 or 11 times for 16 or 24 multiplications, and a processor that starts two of
    /// each at once waits for the latter alone; eight sums would be enough to hide how long one takes.
    const HAS_TALL_TILES: bool;
    /// Whether unrolled tiles of depthwise convolutions, of two rows where that helps, find registers enough.
    const HAS_ROOM: bool;
    /// Steps of a sum without a branch between them; where there is none, a compiler cannot put the loads of several first
    /// and run out of registers.
    const STEPS: usize;

    /// Has the line of the cache with this number brought near, into the second level, where there is an instruction for it.
    /// Nothing is read: any address will do.
    #[inline(always)]
    fn prefetch(_number: *const f32) {}

    /// Runs a part as a function of its own, compiled for these registers: what is entered from several places, or would
    /// make its caller too long for a compiler at run time.
    fn enter<P: Part>(part: P);
}

/// A piece of a kernel, see [`Registers::enter`].
pub trait Part {
    /// Must be `#[inline(always)]`.
    fn run<V: Registers>(self);
}

/// The widest vector of all implementations, a pair of sixteen.
pub const MAX_LANES: usize = 32;

/// One number at a time: what is right, and the tail of everything else.
impl Vector for f32 {
    const LANES: usize = 1;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        value
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self - other
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self * other
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self / other
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        self + left * right
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        if self < low { low } else { self }
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        if self > high { high } else { self }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self.is_nan() || self > other { self } else { other }
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self.is_nan() || self < other { self } else { other }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        if self.is_sign_negative() { yes } else { no }
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        f32::from_bits(self.to_bits() << 23)
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: granted by the caller.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: granted by the caller.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: granted by the caller.
        unsafe { *to = self }
    }
}

/// Two vectors worked on in step, so that one does not wait for the other's results.
#[derive(Clone, Copy)]
pub struct Pair<V>(V, V);

impl<V: Vector> Vector for Pair<V> {
    const LANES: usize = 2 * V::LANES;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(V::splat(value), V::splat(value))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0), self.1.sub(other.1))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0.mul(other.0), self.1.mul(other.1))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(self.0.div(other.0), self.1.div(other.1))
    }
    #[inline(always)]
    fn plus_product(self, left: Self, right: Self) -> Self {
        Self(self.0.plus_product(left.0, right.0), self.1.plus_product(left.1, right.1))
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self {
        Self(self.0.at_least(low.0), self.1.at_least(low.1))
    }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self {
        Self(self.0.at_most(high.0), self.1.at_most(high.1))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }
    #[inline(always)]
    fn if_negative(self, yes: Self, no: Self) -> Self {
        Self(self.0.if_negative(yes.0, no.0), self.1.if_negative(yes.1, no.1))
    }
    #[inline(always)]
    fn bits_to_exponent(self) -> Self {
        Self(self.0.bits_to_exponent(), self.1.bits_to_exponent())
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: granted by the caller.
        unsafe { Self(V::load(from), V::load(from.add(V::LANES))) }
    }
    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: granted by the caller.
        unsafe { Self(V::load_splat(from), V::load_splat(from)) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: granted by the caller.
        unsafe {
            self.0.store(to);
            self.1.store(to.add(V::LANES));
        }
    }
}
