use thetahat::graph::Graph;
use thetahat::prelude::*;

fn main() {
    let _ = Graph::trace(1, 0, |theta, _| {
        std::thread::scope(|scope| scope.spawn(|| theta[0].exp()).join().unwrap())
    });
}
