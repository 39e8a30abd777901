//! [`Sums`]: a log-likelihood with its derivatives, as sums over rows that can be merged.

/// The value, gradient and Hessian of a part of a log-likelihood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Row by row, symmetric.
    pub(crate) hessian: Vec<f64>,
}

impl Sums {
    pub(crate) fn zero(len: usize) -> Sums {
        Sums { value: 0.0, gradient: vec![0.0; len], hessian: vec![0.0; len * len] }
    }

    /// How many numbers those of so many parameters are.
    pub(crate) fn width(len: usize) -> usize {
        1 + len + len * len
    }

    /// Of what was added to [`Places`].
    pub(crate) fn of(numbers: &[f64], len: usize) -> Sums {
        let (gradient, hessian) = numbers[1..].split_at(len);
        Sums { value: numbers[0], gradient: gradient.to_vec(), hessian: hessian.to_vec() }
    }

    /// The sums over the rows of both.
    pub(crate) fn plus(mut self, other: &Sums) -> Sums {
        let add = |own: &mut [f64], others: &[f64]| own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
        self.value += other.value;
        add(&mut self.gradient, &other.gradient);
        add(&mut self.hessian, &other.hessian);
        self
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
    /// Of `len` parameters, in [`Sums::width`] numbers.
    pub(crate) fn of(numbers: &'s mut [f64], len: usize) -> Places<'s> {
        let (value, rest) = numbers.split_first_mut().expect("the value is first");
        let (gradient, hessian) = rest.split_at_mut(len);
        Places { value, gradient, hessian }
    }
}
