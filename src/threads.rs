//! Threads that wait for work, so that a pass over rows need not start any.

use std::sync::LazyLock;

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

/// Does `work` on this thread and on others, so many together, or as many as there are; returns once all are done.
pub(crate) fn together(threads: usize, work: impl Fn() + Sync) {
    let Some(others) = OTHERS.as_ref().filter(|_| threads > 1) else { return work() };
    others.in_place_scope(|scope| {
        (1..threads.min(others.current_num_threads() + 1)).for_each(|_| scope.spawn(|_| work()));
        work();
    });
}
