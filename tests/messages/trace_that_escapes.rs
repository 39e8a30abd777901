use thetahat::graph::Graph;

fn main() {
    let mut kept = None;
    let _ = Graph::trace(1, 0, |theta, _| {
        kept = Some(theta[0]);
        theta[0]
    });
}
