//! The README's commands print what the README says.

use crate::run::{Said, thetahat, thetahat_on};

const README: &str = include_str!("../../../../README.md");
const CARGO: &str = "cargo run --release -- ";

/// Fenced blocks of the README, with their language.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = README.split("```");
    parts.next();
    let inner = parts.step_by(2).map(|block| block.split_once('\n').expect("a language, then lines"));
    inner.collect()
}

/// The words of a command line, some in single quotes.
pub(crate) fn words(command: &str) -> Vec<&str> {
    let parts = command.split('\'').enumerate();
    parts.flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
}

/// Runs a line of the README as the shell would.
fn shell(line: &str) -> Said {
    match line.split_once(" | ") {
        None => thetahat(&words(line.strip_prefix(CARGO).expect(line))),
        Some((input, command)) => {
            let input = input.strip_prefix("printf '").and_then(|text| text.strip_suffix('\'')).expect(line);
            thetahat_on(input.replace("\\n", "\n").as_bytes(), &words(command.strip_prefix(CARGO).expect(command)))
        }
    }
}

#[test]
fn commands_print_what_the_readme_says() {
    let blocks = blocks();
    let mut compared = 0;
    for pair in blocks.windows(2) {
        let [("sh", command), ("text", expected)] = pair else { continue };
        let said = shell(command.trim());
        assert_eq!(format!("{}{}", said.out, said.err).trim_end(), expected.trim_end(), "{command}");
        compared += 1;
    }
    assert_eq!(compared, 4);
}

#[test]
fn the_first_command_fits() {
    let first = blocks()[0];
    assert_eq!(first.1.trim(), format!("{CARGO}fit examples/data/faithful.csv --column waiting --model normal"));
    assert_eq!(shell(first.1.trim()).code, 0);
}
