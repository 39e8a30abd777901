"""How each program fits each data set, as well as it can.

A method is prepared on the data, which is not timed, and then called with a level of tolerance, from the program's own to
tighter ones. It returns the estimate in the order of thetahat's parameters. Starts are from moments, as thetahat's are.
"""

import contextlib
import io
import warnings

import numpy as np
from scipy import optimize, special, stats

warnings.filterwarnings("ignore")

METHODS = {}


def method(fit, program, name, levels):
    """Registers a method of a program for a fit."""

    def register(prepare):
        METHODS.setdefault(fit, []).append((program, name, levels, prepare))
        return prepare

    return register


# Log-likelihoods, in NumPy, for the comparison of optima: each of the estimate in natural parameters.


def ln_gamma(data, theta):
    return stats.gamma.logpdf(data, theta[0], scale=theta[1]).sum()


def ln_weibull(data, theta):
    shape, scale = theta
    z = np.log(data / scale)
    return np.sum(np.log(shape) - np.log(data) + shape * z - np.exp(shape * z))


def ln_student_t(data, theta):
    mu, sigma, nu = theta
    constant = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi) - np.log(sigma)
    return np.sum(constant - 0.5 * (nu + 1) * np.log1p(((data - mu) / sigma) ** 2 / nu))


def ln_negative_binomial(data, theta):
    mu, size = theta
    return stats.nbinom.logpmf(data, size, size / (size + mu)).sum()


def ln_mixture(data, theta):
    w1, w2, mu1, sigma1, mu2, sigma2 = theta
    first = np.log(w1) + stats.norm.logpdf(data, mu1, sigma1)
    return np.logaddexp(first, np.log(w2) + stats.norm.logpdf(data, mu2, sigma2)).sum()


def ln_censored(data, theta):
    shape, scale = theta
    time, event = data
    z = np.log(time / scale)
    return np.sum(event * (np.log(shape) - np.log(time) + shape * z) - np.exp(shape * z))


def ln_logistic(data, theta):
    y, x = data[0], data[1:]
    score = theta[0] + np.asarray(theta[1:]) @ x
    return np.sum(y * score - np.logaddexp(0, score))


LOG_LIKELIHOODS = {
    "gamma": ln_gamma,
    "weibull": ln_weibull,
    "student-t": ln_student_t,
    "negative-binomial": ln_negative_binomial,
    "mixture": ln_mixture,
    "censored": ln_censored,
    "logistic": ln_logistic,
}


# Starts in free coordinates: logarithms, a logit.


def start_gamma(data):
    mean, variance = data.mean(), data.var()
    return np.log([mean**2 / variance, variance / mean])


def start_weibull(times):
    z = np.log(times)
    shape = np.pi / np.sqrt(6) / z.std()
    return np.array([np.log(shape), z.mean() + np.euler_gamma / shape])


def start_student_t(data):
    low, middle, high = np.quantile(data, [0.25, 0.5, 0.75])
    return np.array([middle, np.log((high - low) / 1.5), np.log(5.0)])


def start_negative_binomial(data):
    mean, variance = data.mean(), data.var()
    return np.log([mean, mean**2 / max(variance - mean, 0.01 * mean)])


def start_mixture(data):
    low, high = np.quantile(data, [0.25, 0.75])
    ln_sd = np.log(data.std() / 2)
    return np.array([0.0, low, ln_sd, high, ln_sd])


STARTS = {
    "gamma": start_gamma,
    "weibull": start_weibull,
    "student-t": start_student_t,
    "negative-binomial": start_negative_binomial,
    "mixture": start_mixture,
    "censored": lambda data: start_weibull(data[0]),
    "logistic": lambda data: np.zeros(len(data)),
}


def natural(fit, u):
    """The parameters at these free coordinates."""
    u = np.asarray(u)
    if fit == "student-t":
        return np.array([u[0], np.exp(u[1]), np.exp(u[2])])
    if fit == "mixture":
        w1 = special.expit(u[0])
        return ordered([w1, 1 - w1, u[1], np.exp(u[2]), u[3], np.exp(u[4])])
    return u if fit == "logistic" else np.exp(u)


def ordered(theta):
    w1, w2, mu1, sigma1, mu2, sigma2 = theta
    return np.array(theta if mu1 < mu2 else [w2, w1, mu2, sigma2, mu1, sigma1])


# scipy.stats, with its own methods.


@method("gamma", "scipy", "gamma.fit", [None])
def _(data):
    def run(_):
        shape, _, scale = stats.gamma.fit(data, floc=0)
        return [shape, scale]

    return run


# The tolerance of the search is absolute, and of parameters as of values: tighter only by other optimisers.
def _simplex(level):
    def search(f, start, args, disp):
        return optimize.fmin(f, start, args=args, disp=0, xtol=level, ftol=level, maxiter=10_000, maxfun=10_000)

    return search


@method("weibull", "scipy", "weibull_min.fit", [1e-4, 1e-7])
def _(data):
    def run(level):
        shape, _, scale = stats.weibull_min.fit(data, floc=0, optimizer=_simplex(level))
        return [shape, scale]

    return run


@method("student-t", "scipy", "t.fit", [1e-4, 1e-7])
def _(data):
    def run(level):
        nu, mu, sigma = stats.t.fit(data, optimizer=_simplex(level))
        return [mu, sigma, nu]

    return run


@method("censored", "scipy", "weibull_min.fit of CensoredData", [1e-4, 1e-7])
def _(data):
    time, event = data[0], data[1] == 1

    def run(level):
        censored = stats.CensoredData.right_censored(time, ~event)
        shape, _, scale = stats.weibull_min.fit(censored, floc=0, optimizer=_simplex(level))
        return [shape, scale]

    return run


# scipy.optimize on the mean of −ln L with its gradient, written with NumPy by hand.


def mean_gamma(x):
    ln_x = np.log(x)

    def f(u):
        k, scale = np.exp(u)
        value = special.gammaln(k) + k * u[1] - (k - 1) * ln_x.mean() + x.mean() / scale
        return value, np.array([k * (special.digamma(k) + u[1] - ln_x.mean()), k - x.mean() / scale])

    return f


def mean_weibull(time, event):
    ln_t = np.log(time)

    def f(u):
        k = np.exp(u[0])
        z = ln_t - u[1]
        e = np.exp(k * z)
        value = np.mean(e - event * (u[0] + k * z))
        slope = k * (e - event)
        return value, np.array([np.dot(slope, z) / len(z) - np.mean(event), -np.mean(slope)])

    return f


def mean_student_t(x):
    def f(u):
        mu, sigma, nu = u[0], np.exp(u[1]), np.exp(u[2])
        z = (x - mu) / sigma
        q = z * z / nu
        ln = np.mean(np.log1p(q))
        r = q / (1 + q)
        half = 0.5 * (nu + 1)
        value = special.gammaln(nu / 2) - special.gammaln(half) + 0.5 * np.log(nu * np.pi) + u[1] + half * ln
        by_mu = -half * np.mean(2 * z / (1 + q)) / (nu * sigma)
        by_nu = 0.5 * (special.digamma(nu / 2) - special.digamma(half) + 1 / nu + ln) - half * np.mean(r) / nu
        return value, np.array([by_mu, 1 - 2 * half * np.mean(r), nu * by_nu])

    return f


def mean_negative_binomial(x, weights=None):
    weights = np.ones(len(x)) if weights is None else weights
    total = weights.sum()
    constant = np.dot(weights, special.gammaln(x + 1)) / total
    mean = np.dot(weights, x) / total

    def f(u):
        mu, r = np.exp(u)
        rising = np.dot(weights, special.gammaln(x + r)) / total - special.gammaln(r)
        value = constant - rising + mean * np.log1p(r / mu) + r * np.log1p(mu / r)
        slope = np.dot(weights, special.digamma(x + r)) / total - special.digamma(r)
        by_r = -slope + mean / (r + mu) + np.log1p(mu / r) - mu / (r + mu)
        return value, np.array([-mean * r / (r + mu) + r * mu / (r + mu), r * by_r])

    return f


def mean_mixture(x):
    def f(u):
        w1 = special.expit(u[0])
        z1, z2 = (x - u[1]) * np.exp(-u[2]), (x - u[3]) * np.exp(-u[4])
        first = np.log(w1) - u[2] - 0.5 * z1 * z1
        second = np.log1p(-w1) - u[4] - 0.5 * z2 * z2
        share = special.expit(first - second)
        value = 0.5 * np.log(2 * np.pi) - np.mean(np.logaddexp(first, second))
        rest = 1 - share
        n = len(x)
        gradient = [
            w1 - np.mean(share),
            -np.dot(share, z1) / n * np.exp(-u[2]),
            np.mean(share * (1 - z1 * z1)),
            -np.dot(rest, z2) / n * np.exp(-u[4]),
            np.mean(rest * (1 - z2 * z2)),
        ]
        return value, np.array(gradient)

    return f


def mean_logistic(data):
    y, design = data[0], np.vstack([np.ones(data.shape[1]), data[1:]])
    n = len(y)

    def f(u):
        score = u @ design
        return np.mean(np.logaddexp(0, score) - y * score), design @ (special.expit(score) - y) / n

    def hessian(u):
        p = special.expit(u @ design)
        return (design * (p * (1 - p))) @ design.T / n

    return f, hessian


def minimised(fit, data, f):
    start = STARTS[fit](data)

    def run(level):
        return natural(fit, optimize.minimize(f, start, jac=True, method="BFGS", options={"gtol": level}).x)

    return run


BFGS = [1e-5, 1e-7, 1e-9]
for _fit, _mean in [
    ("gamma", mean_gamma),
    ("weibull", lambda data: mean_weibull(data, np.ones(len(data)))),
    ("student-t", mean_student_t),
    ("negative-binomial", mean_negative_binomial),
    ("mixture", mean_mixture),
    ("censored", lambda data: mean_weibull(*data)),
]:
    METHODS.setdefault(_fit, []).append(
        ("scipy", "minimize", BFGS, lambda data, fit=_fit, mean=_mean: minimised(fit, data, mean(data)))
    )


@method("negative-binomial", "scipy", "counted by hand, minimize", BFGS)
def _(data):
    counts = data.astype(np.int64)
    start = start_negative_binomial(data)

    def run(level):
        weights = np.bincount(counts)
        f = mean_negative_binomial(np.arange(len(weights), dtype=float), weights.astype(float))
        return natural("negative-binomial", optimize.minimize(f, start, jac=True, method="BFGS", options={"gtol": level}).x)

    return run


# The equation that the shape satisfies once the scale has been eliminated.
def weibull_profile(time, event):
    def run(_):
        ln_t = np.log(time)
        mean = np.dot(event, ln_t) / event.sum()

        def equation(k):
            e = np.exp(k * ln_t)
            total, first = e.sum(), np.dot(e, ln_t)
            ratio = first / total
            second = np.dot(e * ln_t, ln_t) / total
            return ratio - 1 / k - mean, second - ratio**2 + 1 / k**2

        k = optimize.root_scalar(equation, fprime=True, x0=1.2 / ln_t.std(), method="newton").root
        return [k, (np.exp(k * ln_t).sum() / event.sum()) ** (1 / k)]

    return run


@method("weibull", "scipy", "profile equation by hand, root_scalar", [None])
def _(data):
    return weibull_profile(data, np.ones(len(data)))


@method("censored", "scipy", "profile equation by hand, root_scalar", [None])
def _(data):
    return weibull_profile(data[0], data[1])


@method("logistic", "scipy", "minimize, trust-exact", [1e-4, 1e-6, 1e-8])
def _(data):
    f, hessian = mean_logistic(data)

    def run(level):
        start = np.zeros(len(data))
        return optimize.minimize(f, start, jac=True, hess=hessian, method="trust-exact", options={"gtol": level}).x

    return run


@method("logistic", "scipy", "minimize, BFGS", BFGS)
def _(data):
    return minimised("logistic", data, mean_logistic(data)[0])


# statsmodels.


@method("negative-binomial", "statsmodels", "NegativeBinomial", [1e-8])
def _(data):
    from statsmodels.discrete.discrete_model import NegativeBinomial

    ones = np.ones(len(data))

    def run(level):
        fit = NegativeBinomial(data, ones).fit(method="newton", tol=level, maxiter=100, disp=0)
        return [np.exp(fit.params[0]), 1 / fit.params[1]]

    return run


@method("student-t", "statsmodels", "TLinearModel", [1e-5, 1e-7])
def _(data):
    from statsmodels.miscmodels.tmodel import TLinearModel

    ones = np.ones(len(data))

    def run(level):
        # It prints that it begins.
        with contextlib.redirect_stdout(io.StringIO()):
            fit = TLinearModel(data, ones).fit(method="bfgs", gtol=level, disp=0)
        mu, nu, sigma = fit.params
        return [mu, sigma, nu]

    return run


@method("logistic", "statsmodels", "Logit", [1e-8])
def _(data):
    from statsmodels.discrete.discrete_model import Logit

    y, design = data[0], np.column_stack([np.ones(data.shape[1]), data[1:].T])
    return lambda level: Logit(y, design).fit(method="newton", tol=level, disp=0).params


@method("logistic", "statsmodels", "GLM", [1e-8])
def _(data):
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    y, design = data[0], np.column_stack([np.ones(data.shape[1]), data[1:].T])
    return lambda level: GLM(y, design, family=Binomial()).fit(tol=level).params


# scikit-learn.


@method("mixture", "scikit-learn", "GaussianMixture", [1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13])
def _(data):
    from sklearn.mixture import GaussianMixture

    column = data.reshape(-1, 1)

    def run(level):
        model = GaussianMixture(2, tol=level, reg_covar=0, max_iter=100_000, random_state=0).fit(column)
        (w1, w2), (mu1, mu2), (v1, v2) = model.weights_, model.means_[:, 0], model.covariances_[:, 0, 0]
        return ordered([w1, w2, mu1, np.sqrt(v1), mu2, np.sqrt(v2)])

    return run


def logistic_regression(solver):
    def prepare(data):
        from sklearn.linear_model import LogisticRegression

        y, x = data[0], np.ascontiguousarray(data[1:].T)

        def run(level):
            model = LogisticRegression(C=np.inf, solver=solver, tol=level, max_iter=10_000).fit(x, y)
            return np.concatenate([model.intercept_, model.coef_[0]])

        return run

    return prepare


method("logistic", "scikit-learn", "LogisticRegression, newton-cholesky", [1e-4, 1e-6, 1e-8])(
    logistic_regression("newton-cholesky")
)
method("logistic", "scikit-learn", "LogisticRegression, lbfgs", [1e-4, 1e-6, 1e-8])(logistic_regression("lbfgs"))


# lifelines.


def lifelines_weibull(time, event):
    from lifelines import WeibullFitter

    def run(level):
        options = {} if level is None else {"tol": level}
        fit = WeibullFitter().fit(time, event, timeline=[1.0], fit_options=options)
        return [fit.rho_, fit.lambda_]

    return run


@method("weibull", "lifelines", "WeibullFitter", [None, 1e-10])
def _(data):
    return lifelines_weibull(data, np.ones(len(data)))


@method("censored", "lifelines", "WeibullFitter", [None, 1e-10])
def _(data):
    return lifelines_weibull(*data)


# iminuit, on functions of numba_stats or compiled by Numba, with gradients by differences, which is what it does.


def migrad(fit, data, cost, names):
    from iminuit import Minuit

    start = STARTS[fit](data)

    def run(level):
        search = Minuit(cost, *start, name=names)
        search.errordef = Minuit.LIKELIHOOD
        search.strategy = 0 if level == 0.1 else 1
        search.tol = level
        search.migrad()
        return natural(fit, np.array(search.values))

    return run


MIGRAD = [0.1, 0.01, 1e-4, 1e-6]


@method("gamma", "iminuit", "numba_stats", MIGRAD)
def _(data):
    from numba_stats import gamma

    def cost(ln_shape, ln_scale):
        return -np.sum(gamma.logpdf(data, np.exp(ln_shape), 0.0, np.exp(ln_scale)))

    return migrad("gamma", data, cost, ["ln_shape", "ln_scale"])


@method("student-t", "iminuit", "numba_stats", MIGRAD)
def _(data):
    from numba_stats import t

    def cost(mu, ln_sigma, ln_nu):
        return -np.sum(t.logpdf(data, np.exp(ln_nu), mu, np.exp(ln_sigma)))

    return migrad("student-t", data, cost, ["mu", "ln_sigma", "ln_nu"])


@method("mixture", "iminuit", "numba_stats", MIGRAD)
def _(data):
    from numba_stats import norm

    def cost(logit_w, mu1, ln_sigma1, mu2, ln_sigma2):
        w = special.expit(logit_w)
        density = w * norm.pdf(data, mu1, np.exp(ln_sigma1)) + (1 - w) * norm.pdf(data, mu2, np.exp(ln_sigma2))
        return -np.sum(np.log(density))

    return migrad("mixture", data, cost, ["logit_w", "mu1", "ln_sigma1", "mu2", "ln_sigma2"])


def compiled_by_numba():
    """Sums over rows in one compiled loop, on all processors."""
    import math

    import numba

    @numba.njit(parallel=True, fastmath=True)
    def weibull(ln_t, event, ln_shape, ln_scale):
        k, total = math.exp(ln_shape), 0.0
        for i in numba.prange(len(ln_t)):
            z = k * (ln_t[i] - ln_scale)
            total += math.exp(z) - event[i] * (ln_shape + z)
        return total

    @numba.njit(parallel=True, fastmath=True)
    def student_t(x, mu, ln_sigma, ln_nu):
        nu, scale, total = math.exp(ln_nu), math.exp(-ln_sigma), 0.0
        for i in numba.prange(len(x)):
            z = (x[i] - mu) * scale
            total += math.log(1.0 + z * z / nu)
        constant = math.lgamma(nu / 2) - math.lgamma((nu + 1) / 2) + 0.5 * math.log(nu * math.pi) + ln_sigma
        return len(x) * constant + 0.5 * (nu + 1) * total

    @numba.njit(parallel=True, fastmath=True)
    def negative_binomial(x, ln_mu, ln_size):
        mu, r, total = math.exp(ln_mu), math.exp(ln_size), 0.0
        a, b = math.log1p(r / mu), math.log1p(mu / r)
        for i in numba.prange(len(x)):
            total += x[i] * a - math.lgamma(x[i] + r)
        return total + len(x) * (math.lgamma(r) + r * b)

    @numba.njit(parallel=True, fastmath=True)
    def mixture(x, logit_w, mu1, ln_sigma1, mu2, ln_sigma2):
        w, s1, s2, total = 1.0 / (1.0 + math.exp(-logit_w)), math.exp(-ln_sigma1), math.exp(-ln_sigma2), 0.0
        for i in numba.prange(len(x)):
            z1, z2 = (x[i] - mu1) * s1, (x[i] - mu2) * s2
            total -= math.log(w * s1 * math.exp(-0.5 * z1 * z1) + (1 - w) * s2 * math.exp(-0.5 * z2 * z2))
        return total

    return weibull, student_t, negative_binomial, mixture


@method("weibull", "iminuit", "numba", MIGRAD)
def _(data):
    weibull, ln_t, event = compiled_by_numba()[0], np.log(data), np.ones(len(data))
    return migrad("weibull", data, lambda a, b: weibull(ln_t, event, a, b), ["ln_shape", "ln_scale"])


@method("censored", "iminuit", "numba", MIGRAD)
def _(data):
    weibull, ln_t, event = compiled_by_numba()[0], np.log(data[0]), np.ascontiguousarray(data[1])
    return migrad("censored", data, lambda a, b: weibull(ln_t, event, a, b), ["ln_shape", "ln_scale"])


@method("student-t", "iminuit", "numba", MIGRAD)
def _(data):
    student_t = compiled_by_numba()[1]
    return migrad("student-t", data, lambda a, b, c: student_t(data, a, b, c), ["mu", "ln_sigma", "ln_nu"])


@method("negative-binomial", "iminuit", "numba", MIGRAD)
def _(data):
    negative_binomial = compiled_by_numba()[2]
    return migrad("negative-binomial", data, lambda a, b: negative_binomial(data, a, b), ["ln_mu", "ln_size"])


@method("mixture", "iminuit", "numba", MIGRAD)
def _(data):
    mixture, names = compiled_by_numba()[3], ["logit_w", "mu1", "ln_sigma1", "mu2", "ln_sigma2"]
    return migrad("mixture", data, lambda *u: mixture(data, *u), names)


# JAX: Newton's method on exact derivatives, compiled, in 64 bits.


def newton(fit, data, derivatives):
    start = STARTS[fit](data)

    def run(level):
        u, (value, gradient, hessian) = start, map(np.asarray, derivatives(start))
        for _ in range(200):
            # As far from singular as a Newton step needs.
            least = np.linalg.eigvalsh(hessian)[0]
            shift = 0.0 if least > 0 else 1.1 * abs(least) + 1e-3 * np.trace(abs(hessian))
            step = np.linalg.solve(hessian + shift * np.eye(len(u)), -gradient)
            # Half the Newton decrement: what is left to gain.
            if shift == 0 and -0.5 * gradient @ step < level:
                return natural(fit, u + step)
            length = 1.0
            while True:
                new = tuple(map(np.asarray, derivatives(u + length * step)))
                if new[0] <= value or length < 1e-6:
                    break
                length /= 2
            u = u + length * step
            value, gradient, hessian = new
        raise RuntimeError("Newton's method does not end")

    return run


def in_jax(fit, data):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    from jax.scipy import special as js

    if fit == "logistic":
        y, design = jnp.asarray(data[0]), jnp.asarray(np.column_stack([np.ones(data.shape[1]), data[1:].T]))

        # By hand: the second derivative that JAX finds is 21 passes.
        @jax.jit
        def derivatives(u, y, design):
            score = design @ u
            p = jax.nn.sigmoid(score)
            value = jnp.sum(jnp.logaddexp(0, score) - y * score)
            return value, (p - y) @ design, design.T @ (design * (p * (1 - p))[:, None])

        return lambda u: derivatives(u, y, design)

    def gamma(u, x, ln_x):
        k, scale = jnp.exp(u)
        return jnp.sum(js.gammaln(k) + k * u[1] - (k - 1) * ln_x + x / scale)

    def weibull(u, ln_t, event):
        k = jnp.exp(u[0])
        z = k * (ln_t - u[1])
        return jnp.sum(jnp.exp(z) - event * (u[0] + z))

    def student_t(u, x):
        sigma, nu = jnp.exp(u[1]), jnp.exp(u[2])
        z = (x - u[0]) / sigma
        constant = js.gammaln(nu / 2) - js.gammaln((nu + 1) / 2) + 0.5 * jnp.log(nu * jnp.pi) + u[1]
        return jnp.sum(constant + 0.5 * (nu + 1) * jnp.log1p(z * z / nu))

    def negative_binomial(u, x):
        mu, r = jnp.exp(u)
        rising = js.gammaln(x + r) - js.gammaln(r)
        return jnp.sum(x * jnp.log1p(r / mu) + r * jnp.log1p(mu / r) - rising)

    def mixture(u, x):
        z1, z2 = (x - u[1]) * jnp.exp(-u[2]), (x - u[3]) * jnp.exp(-u[4])
        first = jax.nn.log_sigmoid(u[0]) - u[2] - 0.5 * z1 * z1
        second = jax.nn.log_sigmoid(-u[0]) - u[4] - 0.5 * z2 * z2
        return -jnp.sum(jnp.logaddexp(first, second))

    cost, columns = {
        "gamma": lambda: (gamma, [data, np.log(data)]),
        "weibull": lambda: (weibull, [np.log(data), np.ones(len(data))]),
        "censored": lambda: (weibull, [np.log(data[0]), data[1]]),
        "student-t": lambda: (student_t, [data]),
        "negative-binomial": lambda: (negative_binomial, [data]),
        "mixture": lambda: (mixture, [data]),
    }[fit]()
    columns = [jnp.asarray(column) for column in columns]
    both = jax.jit(lambda u, *d: (*jax.value_and_grad(cost)(u, *d), jax.hessian(cost)(u, *d)))
    return lambda u: both(u, *columns)


for _fit in LOG_LIKELIHOODS:
    METHODS.setdefault(_fit, []).append(
        ("JAX", "Newton", [1e-6], lambda data, fit=_fit: newton(fit, data, in_jax(fit, data)))
    )
