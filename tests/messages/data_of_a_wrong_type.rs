use thetahat::prelude::*;

fn main() {
    let _ = Normal.fit(&["4.9", "5.1"]);
}
