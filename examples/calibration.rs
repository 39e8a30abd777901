//! Whether intervals hold the truth as often as they say, and tests reject a true null as often: samples are drawn from laws
//! that are known, each is fitted, and it is counted.
//!
//! `cargo run --release --example calibration` draws 2,000 samples of each kind; `cargo run --example calibration`, without
//! optimisation, 20. `-- --samples N` draws as many as you say.
//!
//! Judged are profile-likelihood intervals: where the coverage can be enumerated, against that, and so are bootstrap intervals;
//! else at n = 500 against 0.95 ± 0.01; all with their Monte-Carlo errors, by Bonferroni over all that is judged. The program
//! fails if one is off.

#[path = "calibration/enumerated.rs"]
mod enumerated;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::data::Column;
use thetahat::fit::Outcome;
use thetahat::inference::{Bootstrap, Replicates, fix};
use thetahat::prelude::*;

/// One in so many samples is repeated by the bootstrap, the first ones, each so often.
const BOOTSTRAPPED: usize = 5;
const REPLICATES: usize = 199;

/// The numbers of observations.
const SIZES: [usize; 2] = [50, 500];

/// Draws so many observations and fits them.
type Sampler = Box<dyn Fn(&mut SmallRng, usize) -> thetahat::Result<Fit> + Sync>;
type Repeater = Box<dyn Fn(Bootstrapped<'_>) -> thetahat::Result<Replicates> + Sync>;

/// A fit to repeat, and with which seed.
type Bootstrapped<'f> = (&'f Fit, u64);

/// A law that data are drawn from.
struct Truth {
    name: &'static str,
    /// What is estimated, with its true value; the null hypothesis of the tests is that of the first.
    values: Vec<(&'static str, f64)>,
    sample: Sampler,
    repeat: Repeater,
    /// The coverages of the profile and of the bootstrap interval, enumerated, by n.
    exact: Option<fn(usize) -> [f64; 2]>,
}

fn main() -> ExitCode {
    let samples = match samples() {
        Ok(samples) => samples,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let bootstrapped = samples.div_ceil(BOOTSTRAPPED);
    println!(
        "{samples} samples of each kind ({}); the bootstrap repeats {bootstrapped} of them {REPLICATES} times.",
        if samples >= 2000 { "the full run" } else { "a quick run; the full one has 2000: --release" },
    );
    println!(
        "Percent of 95 % intervals that hold the truth, and of tests at 5 % that reject it, ± Monte-Carlo errors.\n"
    );
    println!(
        "{:<22} {:>3}  {:<11} {:>10} {:>10} {:>10} {:>9}  {:>10} {:>10} {:>10}  {:>6} {:>6}",
        "model",
        "n",
        "of",
        "Wald",
        "profile",
        "bootstrap",
        "exact",
        "LR test",
        "Wald test",
        "score",
        "limits",
        "failed"
    );
    let mut judged = Vec::new();
    for (at, truth) in truths().iter().enumerate() {
        for n in SIZES {
            let counts = count(truth, n, samples, bootstrapped, 1000 * at as u64 + n as u64);
            counts.print(truth, n, &mut judged);
        }
    }
    verdict(&judged)
}

/// How many samples to draw.
fn samples() -> Result<usize, String> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(if cfg!(debug_assertions) { 20 } else { 2000 }),
        (Some("--samples"), Some(number)) => match number.parse() {
            Ok(samples) if samples > 0 => Ok(samples),
            _ => Err(format!("--samples takes a number of samples, and `{number}` is none")),
        },
        (Some(other), _) => Err(format!("`{other}` is not known; there is --samples N")),
    }
}

/// A share of the samples, and how many they were.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    hits: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    fn value(self) -> f64 {
        self.hits as f64 / self.of as f64
    }

    fn error(self) -> f64 {
        (self.value() * (1.0 - self.value()) / self.of as f64).sqrt()
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.of == 0 {
            return f.pad("–");
        }
        f.pad(&format!("{:.1} ± {:.1}", 100.0 * self.value(), 100.0 * self.error()))
    }
}

/// What was counted of one law and one n.
struct Counts {
    /// Wald, profile, bootstrap, of each value.
    intervals: Vec<[Share; 3]>,
    /// Likelihood ratio, Wald, score.
    tests: [Share; 3],
    /// Fits at a limit or an end, and samples without an estimate.
    limits: usize,
    failed: usize,
    first_failure: Option<String>,
}

fn count(truth: &Truth, n: usize, samples: usize, bootstrapped: usize, seed: u64) -> Counts {
    let none = Counts {
        intervals: vec![Default::default(); truth.values.len()],
        tests: Default::default(),
        limits: 0,
        failed: 0,
        first_failure: None,
    };
    let generator = |at: usize| SmallRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9).wrapping_add(at as u64));
    let (next, all) = (AtomicUsize::new(0), Mutex::new(none));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= samples {
                return;
            }
            let fit = (truth.sample)(&mut generator(at), n);
            let answers = fit.map(|fit| Answers::of(truth, &fit, (at < bootstrapped).then_some(at as u64)));
            all.lock().expect("no thread panics").add(answers);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| {
            scope.spawn(work);
        });
    });
    all.into_inner().expect("no thread panics")
}

/// What one sample says.
struct Answers {
    intervals: Vec<[Option<bool>; 3]>,
    tests: [Option<bool>; 3],
    is_limit: bool,
    failure: Option<String>,
}

impl Answers {
    fn of(truth: &Truth, fit: &Fit, bootstrap: Option<u64>) -> Answers {
        let is_inside = *fit.outcome() == Outcome::Interior;
        // A sample whose fit is at an end has no bootstrap of this kind.
        let replicates = bootstrap.filter(|_| is_inside).and_then(|seed| (truth.repeat)((fit, seed)).ok());
        let mut failure = None;
        let mut intervals = Vec::new();
        for &(name, value) in &truth.values {
            let holds = |(lower, upper): (f64, f64)| lower <= value && value <= upper;
            let profile = fit.profile(name).and_then(|profile| profile.interval(0.95)).map(holds);
            failure = failure.or(profile.as_ref().err().map(|error| error.to_string()));
            let wald = fit.get(name).and_then(|estimate| estimate.interval(0.95).ok()).is_some_and(holds);
            let by_bootstrap = replicates.as_ref().and_then(|all| all.percentile(name, 0.95).ok()).map(holds);
            intervals.push([Some(wald), Some(profile.unwrap_or(false)), by_bootstrap]);
        }
        let (name, value) = truth.values[0];
        let test = fit.test(fix(name, value)).ok();
        let rejects = |p: Option<f64>| p.map(|p| p < 0.05);
        let tests = [
            rejects(test.as_ref().map(|test| test.likelihood_ratio.p_value)),
            rejects(test.as_ref().and_then(|test| test.wald).map(|verdict| verdict.p_value)),
            rejects(test.as_ref().and_then(|test| test.score).map(|verdict| verdict.p_value)),
        ];
        Answers { intervals, tests, is_limit: !is_inside, failure }
    }
}

impl Counts {
    fn add(&mut self, answers: thetahat::Result<Answers>) {
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => {
                // No estimate: no interval that holds the truth.
                self.failed += 1;
                self.intervals.iter_mut().flat_map(|own| &mut own[..2]).for_each(|share| share.add(false));
                self.first_failure.get_or_insert(error.to_string());
                return;
            }
        };
        let count = |share: &mut Share, answer: Option<bool>| {
            if let Some(hit) = answer {
                share.add(hit);
            }
        };
        for (shares, own) in self.intervals.iter_mut().zip(answers.intervals) {
            shares.iter_mut().zip(own).for_each(|(share, answer)| count(share, answer));
        }
        self.tests.iter_mut().zip(answers.tests).for_each(|(share, answer)| count(share, answer));
        self.limits += usize::from(answers.is_limit);
        if let Some(failure) = answers.failure {
            self.failed += 1;
            self.first_failure.get_or_insert(failure);
        }
    }

    fn print(&self, truth: &Truth, n: usize, judged: &mut Vec<Judged>) {
        for (at, ((name, value), [wald, profile, bootstrap])) in truth.values.iter().zip(&self.intervals).enumerate() {
            let exact = truth.exact.map(|exact| exact(n));
            let target = exact.map(|[exact, _]| (exact, 0.0)).or((n == 500).then_some((0.95, 0.01)));
            let mut judge = |kind: &str, share: Share, (target, tolerance): (f64, f64)| {
                let what = format!("{}, n = {n}, {name} = {value}, {kind}", truth.name);
                judged.push(Judged { what, share, target, tolerance });
            };
            if let Some(target) = target {
                judge("profile", *profile, target);
            }
            if let Some([_, exact]) = exact {
                judge("bootstrap", *bootstrap, (exact, 0.0));
            }
            let exact =
                exact.map_or("–".to_string(), |both| both.map(|exact| format!("{:.1}", 100.0 * exact)).join(" "));
            let [ratio, wald_test, score] = if at == 0 { self.tests } else { Default::default() };
            let (limits, failed) = (self.limits, self.failed);
            println!(
                "{:<22} {n:>3}  {name:<11} {wald:>10} {profile:>10} {bootstrap:>10} {exact:>9}  {ratio:>10} {wald_test:>10} {score:>10}  {limits:>6} {failed:>6}",
                truth.name
            );
        }
        if let Some(why) = &self.first_failure {
            println!("    the first that failed: {why}");
        }
    }
}

/// A coverage that must be near a target.
struct Judged {
    what: String,
    share: Share,
    target: f64,
    tolerance: f64,
}

fn verdict(judged: &[Judged]) -> ExitCode {
    // Bonferroni: all at once are within their errors with a probability of 99 %.
    let tail = 0.01 / (2.0 * judged.len() as f64);
    let quantile = Normal.quantile(&[0.0, 1.0], 1.0 - tail);
    let is_off = |judged: &&Judged| {
        // The error that the target would have, which is not 0 where all or none were hits.
        let error = (judged.target * (1.0 - judged.target) / judged.share.of as f64).sqrt();
        let distance = (judged.share.value() - judged.target).abs();
        distance > judged.tolerance + quantile * error
    };
    let off: Vec<&Judged> = judged.iter().filter(is_off).collect();
    println!(
        "\n{} coverages of profile and bootstrap intervals were judged, each within {quantile:.2} Monte-Carlo errors:",
        judged.len()
    );
    for Judged { what, share, target, .. } in &off {
        println!("  {what}: {share} %, not {:.1} %", 100.0 * target);
    }
    println!("{}", if off.is_empty() { "  all are what they should be." } else { "  the calibration does not hold." });
    if off.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A law that draws its own data.
fn of<M>(name: &'static str, model: M, values: &[(&'static str, f64)]) -> Truth
where
    M: Draw + Clone + Sync + 'static,
    M::Of: thetahat::observation::Accepts<Value<M>>,
    Value<M>: thetahat::data::Evidence<M>,
{
    let (theta, again): (Vec<f64>, M) = (values.iter().map(|(_, value)| *value).collect(), model.clone());
    let sample: Sampler = Box::new(move |rng, n| {
        let rows: Vec<Value<M>> = (0..n).map(|_| model.draw(&theta, rng)).collect();
        fit(&model, rows)
    });
    let repeat: Repeater = Box::new(move |(fit, seed)| bootstrap(fit, &again, seed).parametric());
    Truth { name, values: values.to_vec(), sample, repeat, exact: None }
}

fn fit<M: Model + Clone, D: Data<M>>(model: &M, rows: D) -> thetahat::Result<Fit> {
    Estimator::new(model.clone()).threads(1).fit(rows)
}

fn bootstrap<'f, M: Model + Sync>(fit: &'f Fit, model: &'f M, seed: u64) -> Bootstrap<'f, M> {
    Bootstrap::of(fit, model).replicates(REPLICATES).seed(seed).threads(1)
}

/// The laws, fixed before anything was drawn.
fn truths() -> Vec<Truth> {
    let bernoulli = of("Bernoulli", Bernoulli, &[("p", 0.3)]);
    let poisson = of("Poisson", Poisson, &[("lambda", 2.5)]);
    vec![
        Truth { exact: Some(enumerated::of_bernoulli), ..bernoulli },
        Truth { exact: Some(enumerated::of_poisson), ..poisson },
        of("Exponential", Exponential, &[("rate", 0.5)]),
        of("Normal", Normal, &[("mu", 1.0), ("sigma", 2.0)]),
        of("Gamma", Gamma, &[("shape", 2.0), ("scale", 3.0)]),
        of("Weibull", Weibull, &[("shape", 1.4), ("scale", 3.0)]),
        of("Logistic", Logistic, &[("loc", 5.0), ("scale", 0.3)]),
        of("Beta", Beta, &[("a", 0.7), ("b", 3.0)]),
        of("NegativeBinomial", NegativeBinomial, &[("mu", 3.0), ("size", 2.0)]),
        of("StudentT", StudentT, &[("loc", 2.0), ("scale", 1.5), ("df", 5.0)]),
        censored_weibull(),
        poisson_regression(),
    ]
}

/// Lifetimes that are watched up to a fixed time, which a third outlive. Rows are repeated, because how they were censored
/// is no part of the model.
fn censored_weibull() -> Truth {
    let sample: Sampler = Box::new(|rng, n| {
        let lives = (0..n).map(|_| Weibull.draw(&[1.4, 3.0], rng));
        let rows: Vec<Censored> = lives.map(|x| if x < 3.2 { At(x) } else { After(3.2) }).collect();
        fit(&Weibull, rows)
    });
    let repeat: Repeater = Box::new(|(fit, seed)| bootstrap(fit, &Weibull, seed).rows());
    let values = vec![("shape", 1.4), ("scale", 3.0)];
    Truth { name: "Weibull, censored", values, sample, repeat, exact: None }
}

/// Counts whose logarithmic mean is linear in a covariate.
fn poisson_regression() -> Truth {
    let model = || Regress(Poisson).on("lambda", ["x"]);
    let sample: Sampler = Box::new(move |rng, n| {
        let x: Vec<f64> = (0..n).map(|i| 2.0 * (i as f64 + 0.5) / n as f64 - 1.0).collect();
        let y: Vec<f64> = x.iter().map(|x| Poisson.draw(&[(0.5 + 0.8 * x).exp()], rng) as f64).collect();
        let table = Table::new([("x", x), ("y", y)].map(|(name, values)| (name, Column::Numbers(values.into()))))?;
        fit(&model(), table.response("y")?)
    });
    let repeat: Repeater = Box::new(move |(fit, seed)| bootstrap(fit, &model(), seed).parametric());
    let values = vec![("x", 0.8), ("(Intercept)", 0.5)];
    Truth { name: "Poisson regression", values, sample, repeat, exact: None }
}
