//! [`Sums`]: a log-likelihood with its derivatives, as sums over rows that can be merged.

/// What an evaluation is to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The value; the gradient is zero.
    Value,
    /// Value and gradient.
    Slope,
    /// Value, gradient and Hessian.
    Hessian,
    /// The sums of the absolute values of the terms of value and gradient.
    Magnitudes,
}

/// The value, gradient and Hessian of a part of a log-likelihood.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Row by row, symmetric; empty where it was not asked for.
    pub(crate) hessian: Vec<f64>,
}

impl Sums {
    pub(crate) fn zero(len: usize, detail: Detail) -> Sums {
        let mut sums = Sums::default();
        sums.clear(len, detail);
        sums
    }

    /// Zeros, so many as an evaluation of this detail adds to.
    pub(crate) fn clear(&mut self, len: usize, detail: Detail) {
        self.value = 0.0;
        self.gradient.clear();
        self.gradient.resize(len, 0.0);
        self.hessian.clear();
        self.hessian.resize(if detail == Detail::Hessian { len * len } else { 0 }, 0.0);
    }

    /// How many numbers it is.
    pub(crate) fn width(&self) -> usize {
        1 + self.gradient.len() + self.hessian.len()
    }

    /// Adds what was added to [`Places`].
    pub(crate) fn add(&mut self, numbers: &[f64]) {
        let (value, rest) = numbers.split_first().expect("the value is first");
        self.value += value;
        let own = self.gradient.iter_mut().chain(&mut self.hessian);
        own.zip(rest).for_each(|(own, other)| *own += other);
    }

    /// The sums over the rows of both.
    pub(crate) fn plus(mut self, other: &Sums) -> Sums {
        let add = |own: &mut [f64], others: &[f64]| own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
        self.value += other.value;
        add(&mut self.gradient, &other.gradient);
        add(&mut self.hessian, &other.hessian);
        self
    }

    /// Becomes the same as another, in the memory that it has.
    pub(crate) fn copy_from(&mut self, other: &Sums) {
        self.value = other.value;
        self.gradient.clone_from(&other.gradient);
        self.hessian.clone_from(&other.hessian);
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(&self.hessian).all(|x| x.is_finite())
    }
}

/// The same as places in a row of numbers, to be added to.
pub(crate) struct Places<'s> {
    pub(crate) value: &'s mut f64,
    pub(crate) gradient: &'s mut [f64],
    pub(crate) hessian: &'s mut [f64],
}

impl<'s> Places<'s> {
    /// Of `len` parameters, in as many numbers as [`Sums::width`] says.
    pub(crate) fn of(numbers: &'s mut [f64], len: usize) -> Places<'s> {
        let (value, rest) = numbers.split_first_mut().expect("the value is first");
        let (gradient, hessian) = rest.split_at_mut(len);
        Places { value, gradient, hessian }
    }
}
