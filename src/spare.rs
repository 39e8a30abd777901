//! [`Spare`]: what one computation has worked in, kept for the next, so that it allocates nothing.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// As many as were lent at once.
#[derive(Debug, Default)]
pub(crate) struct Spare<T>(Mutex<Vec<T>>);

impl<T: Default> Spare<T> {
    /// One that was given back, or a new one.
    pub(crate) fn take(&self, new: impl FnOnce() -> T) -> Lent<'_, T> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent { own: left.unwrap_or_else(new), spare: self }
    }
}

/// Goes back when it is dropped, as it is then.
#[derive(Debug)]
pub(crate) struct Lent<'s, T: Default> {
    own: T,
    spare: &'s Spare<T>,
}

impl<T: Default> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.own
    }
}

impl<T: Default> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.own
    }
}

impl<T: Default> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.own);
        self.spare.0.lock().unwrap_or_else(PoisonError::into_inner).push(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_lent_again() {
        let spare = Spare::default();
        let (first, second) = (spare.take(|| vec![1]), spare.take(|| vec![2]));
        assert_eq!((first[0], second[0]), (1, 2));
        drop(first);
        let mut third = spare.take(|| vec![3]);
        assert_eq!(third[0], 1);
        third[0] = 4;
        drop((second, third));
        let mut left = [spare.take(Vec::new)[0], 0];
        let (one, two) = (spare.take(Vec::new), spare.take(Vec::new));
        left[1] = one[0] + two[0];
        assert_eq!(left[1], 6);
    }
}
