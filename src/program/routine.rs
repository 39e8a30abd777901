//! [`Routine`]: nodes of a graph as a list of instructions over registers.
//!
//! On the way common subexpressions that only appear below the operations are shared: the four logistic functions of ±x
//! have one exponential, ln Σ exp and its derivatives one for each term. A product that is only added to something is one
//! instruction with the sum.

use std::collections::{BTreeSet, HashMap};

use super::Operand;
use super::tiles::{Tile, tiles};
use crate::graph::{Id, Node};
use crate::operation::{Binary, Quaternary, Ternary, Unary};

/// What an instruction does for every row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Unary(Unary),
    Binary(Binary),
    Ternary(Ternary),
    Quaternary(Quaternary),
    /// The second where the first is not 0, else the third.
    Select,
    /// a · b + c
    MultiplyAdd,
    /// a · b − c
    MultiplySubtract,
    /// c − a · b
    SubtractMultiplied,
    /// The larger; NaN if one is.
    Larger,
    /// exp(a − b)
    ExpDifference,
    /// a + ln b; a where a is not finite.
    AddLn,
    /// 1 / a
    Reciprocal,
    /// 1 / (a + b)
    ReciprocalOfSum,
    /// (a − b) / c
    ScaledDifference,
    /// 1 where a is not less than b, else 0.
    NotLess,
    /// e⁻|ᵃ|
    ExpMinusAbs,
    /// 1 / (1 + a)
    ReciprocalOfOnePlus,
    /// 1 / (1 + e⁻ᵃ), from b = e⁻|ᵃ| and c = 1 / (1 + b), and of −a
    LogisticFrom,
    LogisticOfMinusFrom,
    /// −ln(1 + e⁻ᵃ), from b = ln(1 + e⁻|ᵃ|), and of −a
    LnLogisticFrom,
    LnLogisticOfMinusFrom,
    /// Adds a, or a · b, to an accumulator.
    Sum,
    Dot,
    /// Adds ln a, or ln(1 + a), or a + ln b, to an accumulator.
    SumLn,
    SumLn1p,
    SumAddLn,
    /// Adds −ln(1 + e⁻ᵃ), from b = e⁻|ᵃ|, and of −a
    SumLnLogistic,
    SumLnLogisticOfMinus,
    /// Adds a − b to an accumulator and its square to the next.
    SumMoments,
    /// Adds the products of a tile to their accumulators.
    Tile,
    /// Does nothing: what it did is part of another instruction.
    Nothing,
}

impl Action {
    /// Whether it fills an accumulator, not a register.
    pub(super) fn is_sum(self) -> bool {
        use Action::*;
        matches!(self, Sum | Dot | Tile | SumLn | SumLn1p | SumAddLn | SumMoments | Nothing)
            || matches!(self, SumLnLogistic | SumLnLogisticOfMinus)
    }
}

/// One loop over the rows of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction {
    pub(super) action: Action,
    pub(super) arguments: [Operand; 4],
    /// Where the result goes, or which accumulator.
    pub(super) target: usize,
}

/// A list of instructions and what it is run for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Routine {
    pub(super) instructions: Vec<Instruction>,
    pub(super) tiles: Vec<Tile>,
    pub(super) outputs: Vec<Operand>,
    /// Which columns are read.
    pub(super) columns: Vec<usize>,
    pub(super) registers: usize,
    pub(super) accumulators: usize,
}

/// No argument.
pub(super) const NONE: Operand = Operand::Scalar(Id::MAX);

/// As many arguments as an instruction can have.
fn padded<const N: usize>(arguments: [Operand; N]) -> [Operand; 4] {
    std::array::from_fn(|at| arguments.get(at).copied().unwrap_or(NONE))
}

impl Routine {
    pub(crate) fn outputs(&self) -> &[Operand] {
        &self.outputs
    }

    /// Instructions for the values of `wanted` in every row; `leaf` says what need not be computed.
    pub(super) fn rows(nodes: &[Node], wanted: &[Id], leaf: impl Fn(Id) -> Option<Operand>) -> Routine {
        let mut emitter = Emitter::new(nodes, wanted, &[], &leaf);
        emitter.emit(&[]);
        let outputs = wanted.iter().map(|&id| emitter.at(id)).collect();
        emitter.finish(outputs)
    }

    /// Instructions that add up each of `summed`, ascending, over rows: one accumulator each.
    pub(super) fn sums(nodes: &[Node], summed: &[Id], leaf: impl Fn(Id) -> Option<Operand>) -> Routine {
        let mut emitter = Emitter::new(nodes, &[], summed, &leaf);
        emitter.emit(summed);
        emitter.finish(vec![])
    }
}

/// How a node is computed.
enum View {
    Plain,
    /// The logistic function of ± this, or its logarithm.
    Logistic {
        of: Id,
        minus: bool,
        logarithm: bool,
    },
    /// exp(term − ln Σ exp), for a term of the sum.
    Share {
        of: Id,
        term: usize,
    },
}

struct Emitter<'n> {
    nodes: &'n [Node],
    leaves: Vec<Option<Operand>>,
    wanted: Vec<bool>,
    /// Products that are part of the instruction that adds them.
    fused: Vec<bool>,
    /// Where the value of a node is; a register has the number of the instruction that fills it.
    place: Vec<Option<Operand>>,
    instructions: Vec<Instruction>,
    shared: HashMap<(Action, Operand, Operand), Operand>,
    accumulators: usize,
}

impl<'n> Emitter<'n> {
    fn new(nodes: &'n [Node], wanted: &[Id], summed: &[Id], leaf: &impl Fn(Id) -> Option<Operand>) -> Emitter<'n> {
        let count = nodes.len();
        let leaves: Vec<_> = (0..count as Id).map(leaf).collect();
        let mut emitter = Emitter {
            nodes,
            leaves,
            wanted: vec![false; count],
            fused: vec![false; count],
            place: vec![None; count],
            instructions: Vec::with_capacity(count),
            shared: HashMap::new(),
            accumulators: 0,
        };
        let mut uses = vec![0_u32; count];
        for &id in wanted {
            emitter.wanted[id as usize] = true;
            uses[id as usize] += 2;
        }
        let mut next_summed = summed.iter().rev().peekable();
        for at in (0..count).rev() {
            let is_summed = next_summed.next_if(|id| **id as usize == at).is_some();
            if emitter.leaves[at].is_some() {
                continue;
            }
            if is_summed && !emitter.is_product(at as Id) && !emitter.is_logarithm(at as Id) {
                emitter.wanted[at] = true;
            }
            if is_summed {
                uses[at] += 2;
            }
            if emitter.wanted[at] || is_summed {
                emitter.read(at as Id, &mut uses);
            }
        }
        for at in 0..count {
            if emitter.wanted[at]
                && emitter.leaves[at].is_none()
                && let Some(part) = emitter.part_of(at as Id, &uses)
            {
                emitter.fused[part as usize] = true;
            }
        }
        emitter
    }

    /// The argument that is computed in the same instruction, because nothing else needs it.
    fn part_of(&self, id: Id, uses: &[u32]) -> Option<Id> {
        let is_own = |id: Id| uses[id as usize] == 1 && self.leaves[id as usize].is_none();
        let is_scalar = |id: Id| matches!(self.leaves[id as usize], Some(Operand::Scalar(_)));
        let is = |id: Id, value: f64| matches!(self.nodes[id as usize], Node::Constant(other) if other == value);
        let node = |id: Id| &self.nodes[id as usize];
        match *node(id) {
            Node::Binary(Binary::Divide, a, b) if is_own(a) && is_scalar(b) => match *node(a) {
                Node::Binary(Binary::Subtract, x, y)
                    if is_scalar(y) && !is_scalar(x) && self.part_of(a, uses).is_none() =>
                {
                    Some(a)
                }
                _ => None,
            },
            Node::Binary(Binary::Divide, a, b) if is_own(b) && is(a, 1.0) => match *node(b) {
                Node::Binary(Binary::Add, ..) if self.part_of(b, uses).is_none() => Some(b),
                _ => None,
            },
            Node::Select(c, a, b) if is_own(c) && is(a, 0.0) && is(b, 1.0) => {
                matches!(*node(c), Node::Binary(Binary::Less, ..)).then_some(c)
            }
            _ => self.product_in_sum(id, uses),
        }
    }

    /// A product of two values that vary by row.
    fn is_product(&self, id: Id) -> bool {
        matches!(self.nodes[id as usize], Node::Binary(Binary::Multiply, ..))
    }

    /// A logarithm: many of them are added up by one logarithm of a product.
    fn is_logarithm(&self, id: Id) -> bool {
        match &self.nodes[id as usize] {
            Node::Unary(operation, _) => matches!(operation, Unary::Ln | Unary::Ln1p | Unary::LnLogistic),
            Node::LogSumExp(list) => !list.is_empty(),
            _ => false,
        }
    }

    /// The product that an addition or subtraction has as an argument, if nothing else needs it.
    fn product_in_sum(&self, id: Id, uses: &[u32]) -> Option<Id> {
        let Node::Binary(Binary::Add | Binary::Subtract, a, b) = self.nodes[id as usize] else { return None };
        [a, b]
            .into_iter()
            .find(|&id| uses[id as usize] == 1 && self.leaves[id as usize].is_none() && self.is_product(id))
    }

    /// Marks what a node reads.
    fn read(&mut self, id: Id, uses: &mut [u32]) {
        let view = self.view(id);
        let mut mark = |id: Id| {
            self.wanted[id as usize] = true;
            uses[id as usize] += 1;
        };
        match view {
            View::Logistic { of, .. } => mark(of),
            // Of the sum the terms: its logarithm is not needed.
            View::Share { of, .. } => self.nodes[of as usize].arguments().for_each(mark),
            View::Plain => self.nodes[id as usize].arguments().for_each(mark),
        }
    }

    fn view(&self, id: Id) -> View {
        let node = |id: Id| &self.nodes[id as usize];
        match *node(id) {
            Node::Unary(operation @ (Unary::Logistic | Unary::LnLogistic), a) => {
                let (of, minus) = match *node(a) {
                    Node::Unary(Unary::Negate, x) => (x, true),
                    _ => (a, false),
                };
                View::Logistic { of, minus, logarithm: operation == Unary::LnLogistic }
            }
            Node::Unary(Unary::Exp, a) => {
                if let Node::Binary(Binary::Subtract, term, of) = *node(a)
                    && let Node::LogSumExp(list) = node(of)
                    && self.leaves[of as usize].is_none()
                    && let Some(term) = list.iter().position(|&other| other == term)
                {
                    return View::Share { of, term };
                }
                View::Plain
            }
            _ => View::Plain,
        }
    }

    fn at(&self, id: Id) -> Operand {
        self.place[id as usize].expect("arguments come first")
    }

    fn emit(&mut self, summed: &[Id]) {
        let mut next_summed = summed.iter().peekable();
        for at in 0..self.nodes.len() {
            let id = at as Id;
            let is_summed = next_summed.next_if(|next| **next == id).is_some();
            if let Some(leaf) = self.leaves[at] {
                self.place[at] = Some(leaf);
            } else if self.wanted[at] && !self.fused[at] {
                self.place[at] = Some(self.lower(id));
            }
            if is_summed {
                let accumulator = self.accumulators;
                self.accumulators += 1;
                let (action, arguments) = match (self.place[at], &self.nodes[at]) {
                    (Some(place), _) => (Action::Sum, [place, NONE, NONE]),
                    (None, Node::Binary(_, a, b)) => (Action::Dot, [self.at(*a), self.at(*b), NONE]),
                    (None, _) => self.sum_of_logarithms(id),
                };
                self.instructions.push(Instruction { action, arguments: padded(arguments), target: accumulator });
            }
        }
    }

    /// How a logarithm of which nothing but the sum is needed is added up.
    fn sum_of_logarithms(&mut self, id: Id) -> (Action, [Operand; 3]) {
        match (self.view(id), &self.nodes[id as usize]) {
            (View::Logistic { of, minus, .. }, _) => {
                let x = self.at(of);
                let e = self.share(Action::ExpMinusAbs, x, NONE);
                let action = if minus { Action::SumLnLogisticOfMinus } else { Action::SumLnLogistic };
                (action, [x, e, NONE])
            }
            (_, Node::Unary(Unary::Ln, a)) => (Action::SumLn, [self.at(*a), NONE, NONE]),
            (_, Node::Unary(_, a)) => (Action::SumLn1p, [self.at(*a), NONE, NONE]),
            (_, Node::LogSumExp(list)) => {
                let list: Vec<Operand> = list.iter().map(|&id| self.at(id)).collect();
                let (largest, total) = self.largest_and_total(&list);
                (Action::SumAddLn, [largest, total, NONE])
            }
            _ => unreachable!("what is summed is computed, a product or a logarithm"),
        }
    }

    fn push<const N: usize>(&mut self, action: Action, arguments: [Operand; N]) -> Operand {
        let target = self.instructions.len();
        self.instructions.push(Instruction { action, arguments: padded(arguments), target });
        Operand::Register(target)
    }

    /// An instruction that several nodes have in common.
    fn share(&mut self, action: Action, a: Operand, b: Operand) -> Operand {
        if let Some(&known) = self.shared.get(&(action, a, b)) {
            return known;
        }
        let place = self.push(action, [a, b, NONE]);
        self.shared.insert((action, a, b), place);
        place
    }

    fn lower(&mut self, id: Id) -> Operand {
        match self.view(id) {
            View::Logistic { of, minus, logarithm } => {
                let x = self.at(of);
                let e = self.share(Action::ExpMinusAbs, x, NONE);
                if !logarithm {
                    let reciprocal = self.share(Action::ReciprocalOfOnePlus, e, NONE);
                    let action = if minus { Action::LogisticOfMinusFrom } else { Action::LogisticFrom };
                    return self.push(action, [x, e, reciprocal]);
                }
                let l = self.share(Action::Unary(Unary::Ln1p), e, NONE);
                let action = if minus { Action::LnLogisticOfMinusFrom } else { Action::LnLogisticFrom };
                self.push(action, [x, l, NONE])
            }
            View::Share { of, term } => {
                let Node::LogSumExp(list) = &self.nodes[of as usize] else {
                    unreachable!("a share is one of ln Σ exp")
                };
                let list: Vec<Operand> = list.iter().map(|&id| self.at(id)).collect();
                let (largest, total) = self.largest_and_total(&list);
                let e = self.share(Action::ExpDifference, list[term], largest);
                let reciprocal = self.share(Action::Reciprocal, total, NONE);
                self.push(Action::Binary(Binary::Multiply), [e, reciprocal, NONE])
            }
            View::Plain => self.lower_plain(id),
        }
    }

    fn lower_plain(&mut self, id: Id) -> Operand {
        match &self.nodes[id as usize] {
            Node::Unary(operation, a) => self.push(Action::Unary(*operation), [self.at(*a), NONE, NONE]),
            Node::Binary(operation, a, b) => {
                if let (Binary::Add | Binary::Subtract, Some((action, x, y, z))) =
                    (operation, self.fusion(*operation, *a, *b))
                {
                    return self.push(action, [self.at(x), self.at(y), self.at(z)]);
                }
                if *operation == Binary::Divide {
                    return self.quotient(*a, *b);
                }
                self.push(Action::Binary(*operation), [self.at(*a), self.at(*b), NONE])
            }
            Node::Ternary(operation, a, b, c) => {
                self.push(Action::Ternary(*operation), [self.at(*a), self.at(*b), self.at(*c)])
            }
            Node::Quaternary(operation, list) => self.push(Action::Quaternary(*operation), list.map(|id| self.at(id))),
            Node::Select(c, ..) if self.fused[*c as usize] => {
                let Node::Binary(_, x, y) = self.nodes[*c as usize] else { unreachable!("a comparison was fused") };
                self.push(Action::NotLess, [self.at(x), self.at(y), NONE])
            }
            Node::Select(c, a, b) => self.push(Action::Select, [self.at(*c), self.at(*a), self.at(*b)]),
            Node::LogSumExp(list) => {
                let list: Vec<Operand> = list.iter().map(|&id| self.at(id)).collect();
                let (largest, total) = self.largest_and_total(&list);
                self.push(Action::AddLn, [largest, total, NONE])
            }
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => {
                unreachable!("leaves are operands, not instructions")
            }
        }
    }

    /// A quotient, with the sum or difference in it that nothing else needs.
    fn quotient(&mut self, a: Id, b: Id) -> Operand {
        if self.fused[a as usize]
            && let Node::Binary(Binary::Subtract, x, y) = self.nodes[a as usize]
        {
            return self.push(Action::ScaledDifference, [self.at(x), self.at(y), self.at(b)]);
        }
        if self.fused[b as usize]
            && let Node::Binary(Binary::Add, x, y) = self.nodes[b as usize]
        {
            return self.push(Action::ReciprocalOfSum, [self.at(x), self.at(y), NONE]);
        }
        self.push(Action::Binary(Binary::Divide), [self.at(a), self.at(b), NONE])
    }

    fn fusion(&self, operation: Binary, a: Id, b: Id) -> Option<(Action, Id, Id, Id)> {
        let product = |id: Id| match self.nodes[id as usize] {
            Node::Binary(Binary::Multiply, x, y) if self.fused[id as usize] => Some((x, y)),
            _ => None,
        };
        let is_sum = operation == Binary::Add;
        if let Some((x, y)) = product(a) {
            return Some((if is_sum { Action::MultiplyAdd } else { Action::MultiplySubtract }, x, y, b));
        }
        let (x, y) = product(b)?;
        Some((if is_sum { Action::MultiplyAdd } else { Action::SubtractMultiplied }, x, y, a))
    }

    /// The largest term of ln Σ exp, and the sum of the exponentials relative to it.
    fn largest_and_total(&mut self, list: &[Operand]) -> (Operand, Operand) {
        let mut largest = list.first().copied().unwrap_or(NONE);
        for &term in list.iter().skip(1) {
            largest = self.share(Action::Larger, largest, term);
        }
        let mut total = NONE;
        for (k, &term) in list.iter().enumerate() {
            let e = self.share(Action::ExpDifference, term, largest);
            total = if k == 0 { e } else { self.share(Action::Binary(Binary::Add), total, e) };
        }
        (largest, total)
    }

    /// Registers for the instructions, as few as are alive at a time.
    fn finish(self, outputs: Vec<Operand>) -> Routine {
        let Emitter { mut instructions, accumulators, .. } = self;
        fuse_moments(&mut instructions, &outputs);
        let mut tiles = tiles(&mut instructions);
        let read_by = |instruction: &Instruction, tiles: &[Tile]| match instruction.action {
            Action::Tile => [&tiles[instruction.target].left[..], &tiles[instruction.target].right].concat(),
            _ => instruction.arguments.to_vec(),
        };
        let mut last_use = vec![0; instructions.len()];
        for (at, instruction) in instructions.iter().enumerate() {
            for argument in read_by(instruction, &tiles) {
                if let Operand::Register(step) = argument {
                    last_use[step] = at;
                }
            }
        }
        for output in &outputs {
            if let Operand::Register(step) = output {
                last_use[*step] = usize::MAX;
            }
        }
        let (mut free, mut registers) = (Vec::new(), 0);
        let mut register = vec![usize::MAX; instructions.len()];
        let moved = |operand: Operand, register: &[usize]| match operand {
            Operand::Register(step) => Operand::Register(register[step]),
            other => other,
        };
        for at in 0..instructions.len() {
            let Instruction { action, arguments, target } = instructions[at];
            let read = read_by(&instructions[at], &tiles);
            if !action.is_sum() {
                // Not one of the arguments', which are read while it is written.
                register[at] = free.pop().unwrap_or_else(|| {
                    registers += 1;
                    registers - 1
                });
                instructions[at].target = register[at];
            }
            instructions[at].arguments = arguments.map(|argument| moved(argument, &register));
            if action == Action::Tile {
                let Tile { left, right, .. } = &mut tiles[target];
                for operand in left.iter_mut().chain(right) {
                    *operand = moved(*operand, &register);
                }
            }
            // Registers that were read for the last time are free from here on.
            for (k, argument) in read.iter().enumerate() {
                if let Operand::Register(step) = *argument
                    && last_use[step] == at
                    && !read[..k].contains(argument)
                {
                    free.push(register[step]);
                }
            }
            if !action.is_sum() && last_use[at] == 0 {
                free.push(register[at]);
            }
        }
        instructions.retain(|instruction| instruction.action != Action::Nothing);
        let outputs = outputs.into_iter().map(|output| moved(output, &register)).collect();
        let reads = instructions.iter().flat_map(|instruction| read_by(instruction, &tiles));
        let of_column = |operand: Operand| if let Operand::Column(at) = operand { Some(at) } else { None };
        let columns: BTreeSet<usize> = reads.filter_map(of_column).collect();
        let columns = columns.into_iter().collect();
        Routine { instructions, tiles, outputs, columns, registers, accumulators }
    }
}

/// Deviations of a column of which nothing is needed but their sum and that of their squares are not kept: so the column is
/// read as fast as memory gives it.
fn fuse_moments(instructions: &mut [Instruction], outputs: &[Operand]) {
    let reads = |instruction: &Instruction, step: usize| instruction.arguments.contains(&Operand::Register(step));
    for step in 0..instructions.len().saturating_sub(2) {
        let [deviation, sum, square] = [instructions[step], instructions[step + 1], instructions[step + 2]];
        let own = Operand::Register(step);
        let is_deviation = deviation.action == Action::Binary(Binary::Subtract)
            && matches!(deviation.arguments, [Operand::Column(_), Operand::Scalar(_), ..]);
        let is_sum = sum.action == Action::Sum && sum.arguments[0] == own;
        let is_square = square.action == Action::Dot && square.arguments[..2] == [own, own];
        if !(is_deviation && is_sum && is_square && square.target == sum.target + 1) {
            continue;
        }
        let is_read_elsewhere =
            instructions[step + 3..].iter().any(|later| reads(later, step)) || outputs.contains(&own);
        if !is_read_elsewhere {
            instructions[step] = Instruction { action: Action::SumMoments, target: sum.target, ..deviation };
            for instruction in &mut instructions[step + 1..step + 3] {
                *instruction = Instruction { action: Action::Nothing, arguments: [NONE; 4], target: 0 };
            }
        }
    }
}
