//! What joining pictures into batches gains: pictures a second, and how long each takes, for numbers of pictures that are read at
//! once and sizes of batches. The peer of a batch is the same without batches, both taking turns in the same run.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bench::clock::Clock;
use bench::models::shared;
use bench::record::{Throughput, write};
use clap::Parser;
use server::models::batching::{BatchSettings, Batching, Reading};
use server::models::{Executor, ModelStore, Opened, load_analyzer};
use vision_core::pipeline::{Analyzer, Options};
use vision_core::report::Profile;

#[derive(Parser)]
#[command(about = "What batches gain: pictures a second and time of each")]
struct Args {
    /// Also writes the records as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Pictures that are read in one round.
    #[arg(long, default_value_t = 24)]
    pictures: usize,
    /// Rounds of each; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Sizes of batches that are compared with none.
    #[arg(long, value_delimiter = ',', default_values_t = [4, 8])]
    batches: Vec<usize>,
    /// Pictures that are read at once, each on a thread.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 8])]
    at_once: Vec<usize>,
    /// Milliseconds that a picture may wait for others.
    #[arg(long, default_value_t = 5)]
    wait_ms: u64,
    #[command(flatten)]
    executor: Executor,
}

const NAMES: [&str; 4] = ["cat_chelsea.png", "rocket.jpg", "coffee.png", "astronaut.png"];

fn main() -> Result<()> {
    let args = Args::parse();
    let pictures = NAMES.map(|name| shared().join("images").join(name)).map(std::fs::read);
    let pictures =
        pictures.into_iter().collect::<Result<Vec<_>, _>>().context("../shared/images holds the pictures")?;
    let store = ModelStore::open();
    let ways = std::iter::once(1).chain(args.batches.iter().copied());
    let ways = ways.map(|most| Way::open(&store, args.executor, most, args.wait_ms)).collect::<Result<Vec<_>>>()?;
    println!(
        "{} pictures a round, medians of {} rounds; pictures a second, and milliseconds of each",
        args.pictures, args.rounds
    );
    let mut records = Vec::new();
    for at_once in &args.at_once {
        let mut measured = vec![Vec::new(); ways.len()];
        for round in 0..=args.rounds {
            for (way, measured) in ways.iter().zip(&mut measured) {
                let one = way.read(&pictures, args.pictures, *at_once)?;
                // The first round warms caches up and is not counted.
                measured.extend((round > 0).then_some(one));
            }
        }
        let records_here: Vec<Throughput> =
            ways.iter().zip(measured).map(|(way, rounds)| median(way.most, *at_once, rounds)).collect();
        for record in &records_here {
            let Throughput { at_once, batch, pictures_a_second, ms } = record;
            let gain = pictures_a_second / records_here.first().map_or(f64::NAN, |alone| alone.pictures_a_second);
            println!(
                "  {at_once} at once, batches of up to {batch}: {pictures_a_second:>7.2}/s ({gain:.2} of none), {ms:>8.1} ms"
            );
        }
        records.extend(records_here);
    }
    if let Some(path) = &args.json {
        write(path, &records)?;
    }
    Ok(())
}

/// The models with batches of one size.
struct Way {
    most: usize,
    reading: Reading,
    analyzer: Analyzer,
}

/// Of one round.
#[derive(Clone, Copy)]
struct Round {
    pictures_a_second: f64,
    median_ms: f64,
}

impl Way {
    fn open(store: &ModelStore, executor: Executor, most: usize, wait_ms: u64) -> Result<Self> {
        let reading = Reading::default();
        let settings = BatchSettings { most: Some(most), wait: Duration::from_millis(wait_ms) };
        let opened = executor.open()?;
        let batching = Batching { settings, reading: reading.clone(), ..opened.batching };
        let opened = Opened { batching, ..opened };
        let loaded = load_analyzer(store, &[Profile::Authority], opened);
        ensure!(loaded.missing.is_empty(), "models are missing: `iia models fetch` brings them");
        Ok(Self { most, reading, analyzer: loaded.analyzer })
    }

    /// `count` pictures, `at_once` of them at a time.
    fn read(&self, pictures: &[Vec<u8>], count: usize, at_once: usize) -> Result<Round> {
        let (next, times) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
        let thread = || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok(());
                }
                let _one = self.reading.begin();
                let from = Instant::now();
                self.analyzer.analyze(
                    &pictures[number % pictures.len()],
                    &Options::default(),
                    &mut Clock::default(),
                )?;
                let ms = from.elapsed().as_secs_f64() * 1000.0;
                times.lock().map_err(|_| anyhow::anyhow!("a thread panicked"))?.push(ms);
            }
        };
        let from = Instant::now();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(thread)).collect();
            let mut ends =
                threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked")));
            ends.try_for_each(|end| end)
        })?;
        let pictures_a_second = count as f64 / from.elapsed().as_secs_f64();
        let mut times = times.into_inner()?;
        times.sort_by(f64::total_cmp);
        Ok(Round { pictures_a_second, median_ms: times[count / 2] })
    }
}

fn median(batch: usize, at_once: usize, rounds: Vec<Round>) -> Throughput {
    let median = |value: fn(&Round) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Throughput { at_once, batch, pictures_a_second: median(|r| r.pictures_a_second), ms: median(|r| r.median_ms) }
}
