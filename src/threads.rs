//! Threads that wait for work, so that a pass over rows need not start any.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// All but the one that asks. None if threads cannot be had: that is no reason to fail.
static OTHERS: Mutex<Option<Others>> = Mutex::new(None);

/// A pool, and since when there is this one.
type Others = (Arc<ThreadPool>, Instant);

fn others() -> Option<Arc<ThreadPool>> {
    let mut others = OTHERS.lock().unwrap_or_else(PoisonError::into_inner);
    if others.is_none() {
        let named = |at: usize| format!("thetahat {at}");
        let built = ThreadPoolBuilder::new().num_threads(processors().max(2) - 1).thread_name(named).build();
        *others = built.ok().map(|pool| (Arc::new(pool), Instant::now()));
    }
    others.as_ref().map(|(pool, _)| pool.clone())
}

/// Has others take the place of threads that did not come: a system places a new thread where it sees least to do, but one that
/// has slept often beside the one that wakes it, where it then waits for it to end though another processor is free (as on a
/// virtual machine, whose idle processors look taken).
fn replace(late: &Arc<ThreadPool>) {
    let mut others = OTHERS.lock().unwrap_or_else(PoisonError::into_inner);
    if others.as_ref().is_some_and(|(own, since)| Arc::ptr_eq(own, late) && since.elapsed() > TRIAL) {
        *others = None;
    }
}

/// How many threads can run at once. It is asked once: asking takes longer than many a fit.
pub(crate) fn processors() -> usize {
    *PROCESSORS
}

/// How often work was shared out, so that a thread that stays awake sees when there is more.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// A thread that has slept wakes as late as a pass over some 50,000 rows takes; so for this long after its work it looks for
/// more: without a pause, then letting others have the processor.
const AWAKE: Duration = Duration::from_micros(500);
const EAGER: Duration = Duration::from_micros(50);

/// A thread that can run has begun by then.
const LATE: Duration = Duration::from_micros(300);

/// Where all processors are taken, new threads do not come either: none are replaced before this.
const TRIAL: Duration = Duration::from_millis(20);

/// Does `work` on this thread and on others, so many together, or as many as there are; returns once all are done.
pub(crate) fn together(threads: usize, work: impl Fn() + Sync) {
    let Some(others) = (threads > 1).then(others).flatten() else { return work() };
    let helpers = 1..threads.min(others.current_num_threads() + 1);
    let call = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let help = || {
        begun.fetch_add(1, Ordering::Relaxed);
        work();
        ended.fetch_add(1, Ordering::Relaxed);
    };
    let (shared, mut are_late) = (Instant::now(), false);
    others.in_place_scope(|scope| {
        helpers.clone().for_each(|_| scope.spawn(|_| help()));
        work();
        are_late = begun.load(Ordering::Relaxed) == 0 && shared.elapsed() > LATE;
        // Whoever has begun ends soon, and who sleeps is waked late.
        wait_while(AWAKE, || begun.load(Ordering::Relaxed) > ended.load(Ordering::Relaxed));
    });
    if are_late {
        return replace(&others);
    }
    helpers.for_each(|_| others.spawn(move || stay_awake(call)));
}

/// What `work` makes of each item, on so many threads.
pub(crate) fn each_on<T: Sync, R: Send>(threads: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (rest, done) = (Mutex::new(items.iter().enumerate()), Mutex::new(Vec::with_capacity(items.len())));
    let next = || rest.lock().unwrap_or_else(PoisonError::into_inner).next();
    together(threads.min(items.len()), || {
        while let Some((at, item)) = next() {
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Waits for work to be shared out again after this call, or for so long that there may be none.
fn stay_awake(call: u64) {
    wait_while(AWAKE, || CALLS.load(Ordering::Relaxed) == call);
}

/// Waits while it is so, this long at most, without sleeping.
fn wait_while(most: Duration, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while is_so() {
        match begun.elapsed() {
            waited if waited < EAGER => (0..50).for_each(|_| std::hint::spin_loop()),
            waited if waited < most => std::thread::yield_now(),
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_worked_when_it_returns_though_others_come_late() {
        for _ in 0..20 {
            let worked = AtomicUsize::new(0);
            together(2, || {
                // Whoever is first keeps its processor for as long as lets the other be late.
                let is_first = worked.fetch_add(1, Ordering::Relaxed) == 0;
                wait_while(if is_first { 2 * LATE } else { Duration::ZERO }, || true);
            });
            assert_eq!(worked.into_inner(), 2);
        }
        together(1, || ());
    }

    #[test]
    fn results_have_the_order_of_their_items() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [1, 2, 8] {
            assert_eq!(each_on(threads, &items, |item| 2 * item), (0..200).step_by(2).collect::<Vec<_>>());
        }
        assert!(each_on(2, &[] as &[usize], |item| *item).is_empty());
    }

    #[test]
    fn threads_that_are_replaced_are_no_longer_asked() {
        let before = others().expect("threads");
        std::thread::sleep(2 * TRIAL);
        replace(&before);
        assert!(!Arc::ptr_eq(&before, &others().expect("threads")));
    }
}
