//! [`Places`]: which rows of the data the rows of a term are.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// The place in the data, from 0, of each row of a term. Only what is said of single rows asks for it, so that it is looked for
/// when it is asked for.
#[derive(Clone)]
pub(crate) struct Places(Arc<LazyLock<Vec<usize>, Find>>);

type Find = Box<dyn FnOnce() -> Vec<usize> + Send>;

impl Places {
    /// Those that this will find.
    pub(crate) fn found_by(find: impl FnOnce() -> Vec<usize> + Send + 'static) -> Places {
        Places(Arc::new(LazyLock::new(Box::new(find))))
    }

    pub(crate) fn at(&self, row: usize) -> usize {
        self.0[row]
    }
}

impl From<Vec<usize>> for Places {
    fn from(places: Vec<usize>) -> Places {
        Places::found_by(move || places)
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}
