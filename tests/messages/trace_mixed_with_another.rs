use thetahat::graph::Graph;

fn main() {
    let _ = Graph::trace(1, 0, |outer, _| {
        let _ = Graph::trace(1, 0, |inner, _| inner[0] + outer[0]);
        outer[0]
    });
}
