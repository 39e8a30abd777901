//! Threads that wait for work, so that a pass over rows need not start any.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// All but the one that asks. None if threads cannot be had: that is no reason to fail.
static OTHERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let named = |at: usize| format!("thetahat {at}");
    ThreadPoolBuilder::new().num_threads(processors().max(2) - 1).thread_name(named).build().ok()
});

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

/// Does `work` on this thread and on others, so many together, or as many as there are; returns once all are done.
pub(crate) fn together(threads: usize, work: impl Fn() + Sync) {
    let Some(others) = OTHERS.as_ref().filter(|_| threads > 1) else { return work() };
    let helpers = 1..threads.min(others.current_num_threads() + 1);
    let call = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    others.in_place_scope(|scope| {
        helpers.clone().for_each(|_| scope.spawn(|_| work()));
        work();
    });
    helpers.for_each(|_| others.spawn(move || stay_awake(call)));
}

/// Waits for work to be shared out again after this call, or for so long that there may be none.
fn stay_awake(call: u64) {
    let begun = Instant::now();
    while CALLS.load(Ordering::Relaxed) == call {
        match begun.elapsed() {
            waited if waited < EAGER => (0..50).for_each(|_| std::hint::spin_loop()),
            waited if waited < AWAKE => std::thread::yield_now(),
            _ => break,
        }
    }
}
