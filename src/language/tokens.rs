//! The words and signs of the model language.

use std::fmt;

use crate::error::{Error, Result};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(f64),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Equals,
    Tilde,
    Plus,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Name(name) => write!(f, "`{name}`"),
            Token::Number(value) => write!(f, "{value}"),
            Token::Open => f.write_str("`(`"),
            Token::Close => f.write_str("`)`"),
            Token::OpenList => f.write_str("`[`"),
            Token::CloseList => f.write_str("`]`"),
            Token::Comma => f.write_str("`,`"),
            Token::Equals => f.write_str("`=`"),
            Token::Tilde => f.write_str("`~`"),
            Token::Plus => f.write_str("`+`"),
        }
    }
}

/// A text as tokens, read from the left.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// With the character at which each begins, counted from 1.
    tokens: Vec<(usize, Token)>,
    next: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Result<Tokens<'t>> {
        let characters: Vec<char> = text.chars().collect();
        let fail =
            |at: usize, message: String| Err(Error::Language { text: text.to_string(), position: at + 1, message });
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&c) = characters.get(at) {
            let begin = at;
            let sign = match c {
                '(' => Some(Token::Open),
                ')' => Some(Token::Close),
                '[' => Some(Token::OpenList),
                ']' => Some(Token::CloseList),
                ',' => Some(Token::Comma),
                '=' => Some(Token::Equals),
                '~' => Some(Token::Tilde),
                '+' => Some(Token::Plus),
                _ => None,
            };
            if let Some(sign) = sign {
                tokens.push((begin + 1, sign));
                at += 1;
            } else if c.is_whitespace() {
                at += 1;
            } else if c == '`' {
                let Some(length) = characters[at + 1..].iter().position(|&c| c == '`') else {
                    return fail(begin, "this backquote is not closed".to_string());
                };
                tokens.push((begin + 1, Token::Name(characters[at + 1..at + 1 + length].iter().collect())));
                at += length + 2;
            } else {
                let word: String = characters[at..].iter().take_while(|&&c| is_word(c)).collect();
                // The exponent of a number may have a sign.
                let with_sign =
                    word.ends_with(['e', 'E']) && word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                let plus = characters.get(at + word.chars().count()) == Some(&'+');
                let word = if with_sign && plus {
                    let rest = &characters[at + word.chars().count() + 1..];
                    format!("{word}+{}", rest.iter().take_while(|c| c.is_ascii_digit()).collect::<String>())
                } else {
                    word
                };
                if word.is_empty() {
                    return fail(begin, format!("`{c}` has no meaning here"));
                }
                at += word.chars().count();
                tokens.push((
                    begin + 1,
                    match number(&word) {
                        Some(value) => Token::Number(value),
                        None => Token::Name(word),
                    },
                ));
            }
        }
        Ok(Tokens { text, tokens, next: 0 })
    }

    fn fail<T>(&self, wanted: &str) -> Result<T> {
        let found = self.tokens.get(self.next).map_or("the end".to_string(), |(_, token)| token.to_string());
        self.stop(format!("{wanted} was expected, not {found}"))
    }

    /// The error that reading cannot go on at the next token.
    pub(super) fn stop<T>(&self, message: String) -> Result<T> {
        let end = || self.text.chars().count() + 1;
        let position = self.tokens.get(self.next).map_or_else(end, |(position, _)| *position);
        Err(Error::Language { text: self.text.to_string(), position, message })
    }

    /// Reads this token, if it is next.
    pub(super) fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.get(self.next).is_some_and(|(_, next)| next == token);
        self.next += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, token: Token) -> Result<()> {
        if self.take(&token) { Ok(()) } else { self.fail(&token.to_string()) }
    }

    pub(super) fn name(&mut self, wanted: &str) -> Result<String> {
        match self.tokens.get(self.next) {
            Some((_, Token::Name(name))) => {
                self.next += 1;
                Ok(name.clone())
            }
            _ => self.fail(wanted),
        }
    }

    pub(super) fn number(&mut self) -> Result<f64> {
        match self.tokens.get(self.next) {
            Some((_, Token::Number(value))) => {
                self.next += 1;
                Ok(*value)
            }
            _ => self.fail("a number"),
        }
    }

    /// Reads one of these names, if that is next.
    pub(super) fn one_of(&mut self, names: &[String]) -> Option<String> {
        let Some((_, Token::Name(name))) = self.tokens.get(self.next) else { return None };
        let found = names.iter().find(|known| *known == name)?;
        self.next += 1;
        Some(found.clone())
    }

    /// A range such as `0..`, `..5` or `1..=10`: its ends, infinite where there is none, and whether the upper belongs.
    pub(super) fn range(&mut self) -> Result<(f64, f64, bool)> {
        let wanted = "a range such as `0..`, `..5` or `1..=10`";
        let word = self.name(wanted)?;
        let is_closed = self.take(&Token::Equals);
        let ends = word.split_once("..").map(|(lower, upper)| {
            let lower = if lower.is_empty() { Some(f64::NEG_INFINITY) } else { lower.parse().ok() };
            let upper = match (is_closed, upper.is_empty()) {
                (true, true) => self.number().ok(),
                (false, true) => Some(f64::INFINITY),
                (false, false) => upper.parse().ok(),
                (true, false) => None,
            };
            lower.zip(upper)
        });
        match ends.flatten() {
            Some((lower, upper)) if !lower.is_nan() && !upper.is_nan() => Ok((lower, upper, is_closed)),
            _ => {
                self.next -= 1;
                self.stop(format!("{wanted} was expected"))
            }
        }
    }

    pub(super) fn end(&mut self) -> Result<()> {
        if self.next == self.tokens.len() { Ok(()) } else { self.fail("the end of the model") }
    }
}

/// The number that a word is, if it begins like one.
fn number(word: &str) -> Option<f64> {
    let begins = word.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    word.parse().ok().filter(|_| begins)
}

/// Whether a name is read as itself without backquotes.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_word) && number(name).is_none()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}
