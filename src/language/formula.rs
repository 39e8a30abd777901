//! [`Formula`]: a quantity as text, such as `b10 = scale * (-ln(0.9))^(1/shape)`.

use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// A formula of named numbers, read from text.
///
/// It has numbers, names, `+ - * / ^`, parentheses, and the functions `ln` (also `log`), `exp`, `sqrt`, `abs`, `sin`,
/// `cos`, `arctan`, `logistic`, `logit`, `ln_gamma`, `normal_cdf`, `inverse_mills_ratio`, `erf`, `erfc`, `ln_erfc`, `ln_1p` and
/// `exp_m1`, and of two arguments `ln_beta` and `owens_t`. `^` binds to the right and before a sign:
/// −x^2 is −(x²). A name with other characters than letters, digits, `_` and `.` is put between backquotes:
/// `` `(Intercept)` ``.
///
/// # Example
///
/// The time by which a tenth has failed:
///
/// ```
/// use thetahat::language::Formula;
/// use thetahat::prelude::*;
///
/// let fit = Weibull.fit(&[1.2, 0.7, 2.1, 1.6, 0.3, 1.1, 1.9, 0.8])?;
/// let b10 = Formula::parse("b10 = scale * (-ln(0.9))^(1/shape)", &["shape", "scale"])?;
/// let estimate = fit.derive(b10.name(), |theta| b10.at(theta.as_slice()))?;
/// let expected = fit["scale"].value * (-(0.9_f64.ln())).powf(1.0 / fit["shape"].value);
/// assert!((estimate.value - expected).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    name: String,
    root: Node,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    /// The value at this place.
    Named(usize),
    Negated(Box<Node>),
    Binary(char, Box<Node>, Box<Node>),
    Function(Function, Box<Node>),
    Function2(Function2, Box<(Node, Node)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Ln,
    Exp,
    Sqrt,
    Abs,
    Sin,
    Cos,
    ArcTan,
    Logistic,
    Logit,
    LnGamma,
    NormalCdf,
    InverseMillsRatio,
    Erf,
    Erfc,
    LnErfc,
    Ln1p,
    ExpM1,
}

const FUNCTIONS: [(&str, Function); 18] = [
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("exp", Function::Exp),
    ("sqrt", Function::Sqrt),
    ("abs", Function::Abs),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("arctan", Function::ArcTan),
    ("logistic", Function::Logistic),
    ("logit", Function::Logit),
    ("ln_gamma", Function::LnGamma),
    ("normal_cdf", Function::NormalCdf),
    ("inverse_mills_ratio", Function::InverseMillsRatio),
    ("erf", Function::Erf),
    ("erfc", Function::Erfc),
    ("ln_erfc", Function::LnErfc),
    ("ln_1p", Function::Ln1p),
    ("exp_m1", Function::ExpM1),
];

/// Of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function2 {
    LnBeta,
    OwensT,
}

const FUNCTIONS_OF_TWO: [(&str, Function2); 2] = [("ln_beta", Function2::LnBeta), ("owens_t", Function2::OwensT)];

impl Function2 {
    fn of<S: Scalar>(self, x: S, y: S) -> S {
        match self {
            Function2::LnBeta => x.ln_beta(y),
            Function2::OwensT => x.owens_t(y),
        }
    }
}

impl Function {
    fn of<S: Scalar>(self, x: S) -> S {
        match self {
            Function::Ln => x.ln(),
            Function::Exp => x.exp(),
            Function::Sqrt => x.sqrt(),
            Function::Abs => x.abs(),
            Function::Sin => x.sin(),
            Function::Cos => x.cos(),
            Function::ArcTan => x.arctan(),
            Function::Logistic => x.logistic(),
            Function::Logit => x.ln() - (-x).ln_1p(),
            Function::LnGamma => x.ln_gamma(),
            Function::NormalCdf => x.ln_normal_cdf().exp(),
            Function::InverseMillsRatio => x.inverse_mills_ratio(),
            Function::Erf => x.erf(),
            Function::Erfc => x.erfc(),
            Function::LnErfc => x.ln_erfc(),
            Function::Ln1p => x.ln_1p(),
            Function::ExpM1 => x.exp_m1(),
        }
    }
}

/// Formulas nested deeper than this are refused, before the stack is at its end.
const MOST_NESTED: usize = 64;

impl Formula {
    /// Reads `NAME = FORMULA`, or a formula, whose name is its text. It may use these names, whose values are given in
    /// their order.
    ///
    /// # Errors
    ///
    /// [`Error::Language`] with the place at which the text stops making sense, [`Error::Unknown`] for a name that is not
    /// there.
    pub fn parse<N: AsRef<str>>(text: &str, names: &[N]) -> Result<Formula> {
        let (name, body, skipped) = match text.split_once('=') {
            Some((name, body)) => (name.trim().to_string(), body, name.chars().count() + 1),
            None => (text.trim().to_string(), text, 0),
        };
        let names = names.iter().map(|name| name.as_ref().to_string()).collect();
        let mut reader = Reader { text, characters: body.chars().collect(), skipped, at: 0, depth: 0, names };
        let root = reader.sum()?;
        reader.skip_spaces();
        if reader.at < reader.characters.len() {
            return reader.stop("an operator or the end of the formula was expected");
        }
        Ok(Formula { name, root })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, where the names have these values.
    ///
    /// # Panics
    ///
    /// If there are fewer values than names.
    pub fn at<S: Scalar>(&self, values: &[S]) -> S {
        self.root.at(values)
    }
}

impl Node {
    fn at<S: Scalar>(&self, values: &[S]) -> S {
        match self {
            Node::Number(number) => S::from(*number),
            Node::Named(place) => values[*place],
            Node::Negated(inner) => -inner.at(values),
            Node::Function(function, inner) => function.of(inner.at(values)),
            Node::Function2(function, inner) => function.of(inner.0.at(values), inner.1.at(values)),
            Node::Binary(operator, a, b) => {
                let (a, b) = (a.at(values), b.at(values));
                match operator {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    _ => a.powf(b),
                }
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    characters: Vec<char>,
    /// How many characters of the text come before.
    skipped: usize,
    at: usize,
    depth: usize,
    names: Vec<String>,
}

impl Reader<'_> {
    fn stop<T>(&self, message: &str) -> Result<T> {
        let position = self.skipped + self.at + 1;
        Err(Error::Language { text: self.text.to_string(), position, message: message.to_string() })
    }

    fn skip_spaces(&mut self) {
        while self.characters.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    /// Reads one of these characters, if it is next.
    fn take(&mut self, of: &str) -> Option<char> {
        self.skip_spaces();
        let found = self.characters.get(self.at).copied().filter(|c| of.contains(*c));
        self.at += usize::from(found.is_some());
        found
    }

    fn while_some(&mut self, is_in: impl Fn(char) -> bool) -> String {
        let word: String = self.characters[self.at..].iter().take_while(|c| is_in(**c)).collect();
        self.at += word.chars().count();
        word
    }

    fn sum(&mut self) -> Result<Node> {
        let mut sum = self.product()?;
        while let Some(operator) = self.take("+-−") {
            let operator = if operator == '+' { '+' } else { '-' };
            sum = Node::Binary(operator, Box::new(sum), Box::new(self.product()?));
        }
        Ok(sum)
    }

    fn product(&mut self) -> Result<Node> {
        let mut product = self.signed()?;
        while let Some(operator) = self.take("*/") {
            product = Node::Binary(operator, Box::new(product), Box::new(self.signed()?));
        }
        Ok(product)
    }

    fn signed(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > MOST_NESTED {
            return self.stop(&format!("formulas can be nested {MOST_NESTED} deep"));
        }
        let node = match self.take("+-−") {
            Some('+') => self.signed()?,
            Some(_) => Node::Negated(Box::new(self.signed()?)),
            None => self.power()?,
        };
        self.depth -= 1;
        Ok(node)
    }

    fn power(&mut self) -> Result<Node> {
        let base = self.atom()?;
        if self.take("^").is_none() {
            return Ok(base);
        }
        Ok(Node::Binary('^', Box::new(base), Box::new(self.signed()?)))
    }

    fn atom(&mut self) -> Result<Node> {
        self.skip_spaces();
        let begin = self.at;
        match self.characters.get(self.at).copied() {
            Some('(') => {
                self.at += 1;
                self.closed()
            }
            Some('`') => {
                self.at += 1;
                let name = self.while_some(|c| c != '`');
                if self.take("`").is_none() {
                    self.at = begin;
                    return self.stop("this backquote is not closed");
                }
                self.named(&name)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => {
                let mut word = self.while_some(|c| c.is_ascii_digit() || c == '.');
                let rest: Vec<char> = self.characters[self.at..].iter().take(3).copied().collect();
                let is_exponent = match rest[..] {
                    ['e' | 'E', '+' | '-', digit, ..] => digit.is_ascii_digit(),
                    ['e' | 'E', digit, ..] => digit.is_ascii_digit(),
                    _ => false,
                };
                if is_exponent {
                    word.extend(&self.characters[self.at..self.at + 2]);
                    self.at += 2;
                    word += &self.while_some(|c| c.is_ascii_digit());
                }
                match word.parse() {
                    Ok(number) => Ok(Node::Number(number)),
                    Err(_) => {
                        self.at = begin;
                        self.stop(&format!("`{word}` is no number"))
                    }
                }
            }
            Some(c) if c.is_alphabetic() || c == '_' => {
                let name = self.while_some(|c| c.is_alphanumeric() || c == '_' || c == '.');
                if self.take("(").is_some() { self.call(name) } else { self.named(&name) }
            }
            _ => self.stop("a number, a name or `(` was expected"),
        }
    }

    /// The rest of a function's value, whose name and parenthesis were read.
    fn call(&mut self, name: String) -> Result<Node> {
        if let Some((_, function)) = FUNCTIONS.iter().find(|(own, _)| *own == name) {
            return Ok(Node::Function(*function, Box::new(self.closed()?)));
        }
        if let Some((_, function)) = FUNCTIONS_OF_TWO.iter().find(|(own, _)| *own == name) {
            let first = self.sum()?;
            return match self.take(",") {
                Some(_) => Ok(Node::Function2(*function, Box::new((first, self.closed()?)))),
                None => self.stop("`,` was expected"),
            };
        }
        let of_two = FUNCTIONS_OF_TWO.iter().map(|(own, _)| own);
        let known = FUNCTIONS.iter().map(|(own, _)| own).chain(of_two).map(|own| own.to_string()).collect();
        Err(Error::Unknown { kind: "function", name, known })
    }

    /// The rest of a formula in parentheses.
    fn closed(&mut self) -> Result<Node> {
        let inner = self.sum()?;
        match self.take(")") {
            Some(_) => Ok(inner),
            None => self.stop("`)` was expected"),
        }
    }

    fn named(&self, name: &str) -> Result<Node> {
        let unknown = || Error::Unknown { kind: "estimate", name: name.to_string(), known: self.names.clone() };
        self.names.iter().position(|own| own == name).map(Node::Named).ok_or_else(unknown)
    }
}
