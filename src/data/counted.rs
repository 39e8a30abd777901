//! Counted data: p̂ made literal. Equal rows become one, with the sum of their weights.

use std::collections::HashMap;

use super::{Beside, Term, Weights};
use crate::observation::EXACT;
use crate::threads::processors;

impl Term {
    /// Whether equal rows may be counted before anything else: they are discrete, and nothing else tells them apart.
    pub(crate) fn is_countable(&self) -> bool {
        self.is_discrete()
            && self.covariates.is_empty()
            && self.beside == Beside::Nothing
            && !matches!(self.weights, Weights::Sampling(_))
    }

    /// The distinct rows in order of appearance, each with the sum of the weights of its equals.
    pub(crate) fn counted(&self) -> Term {
        let mut places = Places::new(self.columns.len());
        let (mut first_rows, mut counts) = (Vec::new(), Vec::new());
        let mut key = Vec::with_capacity(self.columns.len());
        for row in 0..self.rows() {
            key.clear();
            // Adding 0 makes 0 of −0: they are the same observation.
            key.extend(self.columns.iter().map(|column| column[row] + 0.0));
            let place = places.of(&key, counts.len());
            if place == counts.len() {
                first_rows.push(row);
                counts.push(0.0);
            }
            counts[place] += self.weights.at(row);
        }
        Term { weights: Weights::Frequency(counts.into()), ..self.select(&first_rows) }
    }
}

/// The distinct numbers of a column in order of appearance.
pub(super) struct Distinct {
    pub(super) values: Vec<f64>,
    /// The row, from 0, in which each appears first.
    pub(super) first_rows: Vec<usize>,
    /// How often each occurs.
    pub(super) counts: Vec<f64>,
}

/// A number that can be counted.
pub(super) trait Count: Copy + Sync {
    /// The number, if it is a small integer; else something else.
    fn index(self) -> usize;
    /// The number; none if it is not held exactly.
    fn number(self) -> Option<f64>;
}

macro_rules! count_integers {
    ($($type:ty)*) => { $(
        impl Count for $type {
            #[inline(always)]
            fn index(self) -> usize {
                // Negative numbers become large ones.
                usize::try_from(self as u64).unwrap_or(usize::MAX)
            }
            fn number(self) -> Option<f64> {
                let number = self as f64;
                (number.abs() < EXACT).then_some(number)
            }
        }
    )* };
}
count_integers! { i32 i64 u8 u16 u32 u64 usize }

impl Count for bool {
    #[inline(always)]
    fn index(self) -> usize {
        usize::from(self)
    }
    fn number(self) -> Option<f64> {
        Some(f64::from(self))
    }
}

impl Count for f64 {
    #[inline(always)]
    fn index(self) -> usize {
        let index = self as i64;
        if index as f64 == self { index as usize } else { usize::MAX }
    }
    fn number(self) -> Option<f64> {
        // Adding 0 makes 0 of −0: they are the same observation.
        Some(self + 0.0)
    }
}

/// Counters for each small number: equal numbers that follow one another do not wait for each other.
const TURNS: usize = 4;

/// Numbers below this are counted fastest.
const SMALLEST: usize = 1024;

/// Rows after which it is looked what is new.
const COUNTED_TOGETHER: usize = 1 << 15;

/// Rows that one thread counts at least, and that a counter never overflows by.
const ROWS_OF_A_THREAD: (usize, usize) = (1 << 20, 1 << 30);

impl Distinct {
    /// The distinct numbers among these, on so many threads; none if one is not held exactly.
    pub(super) fn of<T: Count>(rows: &[T], threads: Option<usize>) -> Option<Distinct> {
        let threads = threads.unwrap_or_else(processors);
        let share = rows.len().div_ceil(threads.max(1)).clamp(ROWS_OF_A_THREAD.0, ROWS_OF_A_THREAD.1);
        let mut entries = std::thread::scope(|scope| {
            let mut shares = rows.chunks(share).enumerate();
            let first = shares.next();
            let others: Vec<_> = shares
                .map(|(at, rows)| {
                    let work = move || count(rows, at * share);
                    std::thread::Builder::new().spawn_scoped(scope, work).map_err(|_| count(rows, at * share))
                })
                .collect();
            let mut entries = first.map_or(Some(vec![]), |(_, rows)| count(rows, 0));
            for other in others {
                let more = match other {
                    Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                    Err(done) => done,
                };
                entries = entries.zip(more).map(|(all, more)| [all, more].concat());
            }
            entries
        })?;
        // Equal numbers together, the first of each first.
        entries.sort_unstable_by_key(|entry| (entry.value.to_bits(), entry.first_row));
        entries.dedup_by(|next, kept| {
            let same = next.value.to_bits() == kept.value.to_bits();
            kept.count += if same { next.count } else { 0 };
            same
        });
        entries.sort_unstable_by_key(|entry| entry.first_row);
        Some(Distinct {
            values: entries.iter().map(|entry| entry.value).collect(),
            first_rows: entries.iter().map(|entry| entry.first_row).collect(),
            counts: entries.iter().map(|entry| entry.count as f64).collect(),
        })
    }
}

/// A number, where it was seen first, and how often.
#[derive(Clone, Copy)]
struct Entry {
    value: f64,
    first_row: usize,
    count: u64,
}

/// What occurs in these rows, of which the first has this place in the data.
fn count<T: Count>(rows: &[T], from: usize) -> Option<Vec<Entry>> {
    let size = (SMALL as usize).min(rows.len().next_power_of_two().max(64));
    let mut table = vec![[0_u32; TURNS]; size];
    let mut entries: Vec<Entry> = Vec::new();
    let mut others: HashMap<u64, Entry> = HashMap::new();
    let mut see = |row: usize, turn: usize, value: T| {
        if let Some(counters) = table.get_mut(value.index()) {
            let counter = &mut counters[turn];
            if *counter == 0 {
                entries.push(Entry { value: value.number()?, first_row: from + row, count: 0 });
            }
            *counter += 1;
            return Some(());
        }
        let value = value.number()?;
        let first = || Entry { value, first_row: from + row, count: 0 };
        others.entry(value.to_bits()).or_insert_with(first).count += 1;
        Some(())
    };
    // The smallest numbers by themselves: when each was first seen is found out once a block.
    let mut smallest = Box::new([[0_u32; TURNS]; SMALLEST]);
    let mut first_rows = [None; SMALLEST];
    for (block, values) in rows.chunks(COUNTED_TOGETHER).enumerate() {
        let start = block * COUNTED_TOGETHER;
        let (groups, rest) = values.as_chunks::<TURNS>();
        for (group, values) in groups.iter().enumerate() {
            let places = values.map(Count::index);
            if places.iter().all(|&place| place < SMALLEST) {
                for turn in 0..TURNS {
                    smallest[places[turn] % SMALLEST][turn] += 1;
                }
                continue;
            }
            for (turn, &value) in values.iter().enumerate() {
                see(start + group * TURNS + turn, turn, value)?;
            }
        }
        for (turn, &value) in rest.iter().enumerate() {
            see(start + groups.len() * TURNS + turn, turn, value)?;
        }
        for (number, counters) in smallest.iter().enumerate() {
            if first_rows[number].is_none() && counters.iter().any(|&count| count > 0) {
                first_rows[number] =
                    values.iter().position(|value| value.index() == number).map(|row| from + start + row);
            }
        }
    }
    for entry in &mut entries {
        // Each turn has its own entry; the first takes what all counted.
        let counters = &mut table[entry.value as usize];
        entry.count = std::mem::take(counters).iter().map(|&count| u64::from(count)).sum();
    }
    entries.extend(others.into_values());
    for (number, (counters, first_row)) in smallest.iter().zip(first_rows).enumerate() {
        let count = counters.iter().map(|&count| u64::from(count)).sum();
        entries.extend(first_row.map(|first_row| Entry { value: number as f64, first_row, count }));
    }
    Some(entries)
}

/// Where each distinct row is counted.
struct Places {
    /// For a single small integer, by its value: no hashing.
    small: Vec<u32>,
    others: HashMap<Vec<u64>, usize>,
}

/// Values below this are looked up directly.
const SMALL: f64 = 65_536.0;

const NOWHERE: u32 = u32::MAX;

impl Places {
    fn new(width: usize) -> Places {
        Places { small: if width == 1 { vec![NOWHERE; SMALL as usize] } else { vec![] }, others: HashMap::new() }
    }

    /// The place of a row; `next` if it is new.
    fn of(&mut self, row: &[f64], next: usize) -> usize {
        if let &[value] = row
            && (0.0..SMALL).contains(&value)
            && value.fract() == 0.0
        {
            let place = &mut self.small[value as usize];
            if *place == NOWHERE {
                *place = next as u32;
            }
            return *place as usize;
        }
        let key: Vec<u64> = row.iter().map(|value| value.to_bits()).collect();
        *self.others.entry(key).or_insert(next)
    }
}
