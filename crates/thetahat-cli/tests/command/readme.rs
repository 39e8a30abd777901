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

/// Runs a line of the README as the shell would.
fn shell(line: &str) -> Said {
    match line.split_once(" | ") {
        None => thetahat(&line.strip_prefix(CARGO).expect(line).split(' ').collect::<Vec<_>>()),
        Some((input, command)) => {
            let input = input.strip_prefix("printf '").and_then(|text| text.strip_suffix('\'')).expect(line);
            let arguments: Vec<&str> = command.strip_prefix(CARGO).expect(line).split(' ').collect();
            thetahat_on(input.replace("\\n", "\n").as_bytes(), &arguments)
        }
    }
}

/// The text without numbers that are rounding errors, which differ between machines.
fn without_rounding(text: &str) -> String {
    let words = text.trim_end().split(' ').map(|word| {
        let number = word.trim_end_matches([',', ')', ':']);
        let tiny = number.parse::<f64>().is_ok_and(|value| value.abs() < 1e-20);
        if tiny { word.replacen(number, "~0", 1) } else { word.to_string() }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn commands_print_what_the_readme_says() {
    let blocks = blocks();
    let mut compared = 0;
    for pair in blocks.windows(2) {
        let [("sh", command), ("text", expected)] = pair else { continue };
        let said = shell(command.trim());
        let mut printed = without_rounding(&format!("{}{}", said.out, said.err));
        let mut expected = without_rounding(expected);
        // How far a search for what does not exist goes is rounding, too.
        for text in [&mut printed, &mut expected] {
            let end = text.find("; the best point found").unwrap_or(text.len());
            text.truncate(end);
        }
        assert_eq!(printed, expected, "{command}");
        compared += 1;
    }
    assert_eq!(compared, 3);
}

#[test]
fn the_first_command_fits() {
    let first = blocks()[0];
    assert_eq!(first.1.trim(), format!("{CARGO}fit examples/data/faithful.csv --column waiting --model normal"));
    assert_eq!(shell(first.1.trim()).code, 0);
}
