//! Mean, variance and entropy where formulas change, and where differences cancel, against arithmetic of many digits.

use thetahat::prelude::*;

/// Checks mean, variance and entropy, relative to themselves: a relative variance of 1e-3 that is a difference of logarithms near
/// 2 is known to 1e-12.
fn agree<M: Moments, const N: usize>(model: &M, cases: &[([f64; N], f64, f64, f64)]) {
    for (theta, mean, variance, entropy) in cases {
        let at = Theta::new(theta);
        let found = [model.mean(at), model.variance(at), model.entropy(at).expect("a closed form")];
        for (name, found, expected) in
            [("mean", found[0], mean), ("variance", found[1], variance), ("entropy", found[2], entropy)]
        {
            let off = (found - expected).abs() / expected.abs().max(1e-100);
            assert!(off < 1e-11 || found == *expected, "{model:?} at {theta:?}: the {name} is {found}, not {expected}");
        }
    }
}

// mpmath 1.3, 50 digits.

#[test]
fn of_the_generalized_extreme_value_law() {
    let cases = [
        ([1.0, 2.0, -2.0], 0.0, 20.0, 1.115_931_515_658_412_4),
        ([1.0, 2.0, -0.3], 1.683_528_691_291_485_5, 3.913_853_269_298_499_5, 2.097_198_145_991_018_5),
        ([1.0, 2.0, -0.1], 1.972_984_602_662_536_4, 5.240_182_029_387_324, 2.212_641_278_971_325),
        ([1.0, 2.0, -0.0999], 1.973_151_321_354_112_5, 5.241_211_464_776_478_5, 2.212_699_000_537_815),
        ([1.0, 2.0, -1.0e-9], 2.154_431_327_824_953_6, 6.579_736_250_180_597, 2.270_362_844_884_262_5),
        ([1.0, 2.0, 0.0], 2.154_431_329_803_065_5, 6.579_736_267_392_906, 2.270_362_845_461_478),
        ([1.0, 2.0, 0.0001], 2.154_629_159_153_676_4, 6.581_457_967_124_042, 2.270_420_567_027_968_2),
        ([1.0, 2.0, 0.0999], 2.372_333_168_664_032, 8.901_864_035_183_218, 2.328_026_690_385_141_4),
        ([1.0, 2.0, 0.1], 2.372_574_042_386_387, 8.904_964_292_832_958, 2.328_084_411_951_631_5),
        ([1.0, 2.0, 0.3], 2.987_035_550_983_718_3, 23.698_306_539_685_614, 2.443_527_544_931_938),
        ([1.0, 2.0, 0.49], 4.013_939_054_954_547, 773.346_492_510_344, 2.553_198_521_263_229),
    ];
    agree(&GeneralizedExtremeValue, &cases);
    let at = |shape: f64| {
        let theta = [0.0, 1.0, shape];
        (GeneralizedExtremeValue.mean(Theta::new(&theta)), GeneralizedExtremeValue.variance(Theta::new(&theta)))
    };
    assert!(at(0.5).0.is_finite() && at(0.5).1 == f64::INFINITY);
    assert!(at(1.0).0 == f64::INFINITY && at(1.0).1.is_nan());
}

#[test]
fn of_the_generalized_gamma_law_of_prentice() {
    let cases = [
        ([0.5, 0.5, 1.0e-12], 1.868_245_957_431_716_5, 0.991_346_112_875_126_3, 1.225_791_352_644_477_5),
        ([0.5, 0.5, 1.0e-5], 1.868_240_897_618_922_2, 0.991_335_141_123_952_8, 1.225_788_852_661_394),
        ([0.5, 0.8, -0.3], 2.687_964_562_979_839, 10.749_552_940_561_57, 1.832_585_457_361_038_7),
        ([0.5, 0.7, 1.2], 1.406_193_874_619_371_4, 1.043_101_882_452_966, 1.273_164_204_509_692_3),
        ([0.5, 1.0e-6, 1.0], 1.648_720_319_034_014_3, 4.471_382_685_981_987e-12, -11.738_295_470_278_405),
        ([0.5, 1.0e-6, -0.001], 1.648_721_271_525_313_2, 2.718_283_193_041_057_8e-12, -11.896_571_857_592_935),
        ([0.5, 0.0099, 1.0], 1.639_458_146_400_451_2, 0.000_427_191_070_655_109_63, -2.543_719_292_022_585),
        ([0.5, 0.0101, 1.0], 1.639_274_247_067_391, 0.000_444_399_588_769_842_94, -2.523_834_068_448_896),
        ([0.5, 0.001, 30.0], 1.601_032_551_062_800_5, 0.002_176_395_913_759_112, -2.035_240_233_658_217_6),
        ([0.5, 2.0, -0.24], 26.081_370_189_981_048, 28_065_405.434_151_47, 2.863_986_830_199_065),
        ([0.5, 3.0, 5.0], 0.652_896_875_276_740_7, 4.378_622_659_260_802, -9.129_855_887_271_189),
    ];
    agree(&GeneralizedGammaPrentice, &cases);
    let at = |sigma: f64| {
        let theta = [0.0, sigma, -1.0];
        (GeneralizedGammaPrentice.mean(Theta::new(&theta)), GeneralizedGammaPrentice.variance(Theta::new(&theta)))
    };
    assert!(at(0.5).0.is_finite() && at(0.5).1 == f64::INFINITY);
    assert!(at(1.0).0 == f64::INFINITY && at(1.0).1.is_nan());
}

#[test]
fn of_the_inverse_gaussian_law() {
    let cases = [
        ([1.0, 1.0], 1.0, 1.0, 0.876_945_607_872_338_9),
        ([2.0, 0.001], 2.0, 8_000.0, -3.594_274_161_952_572_7),
        ([0.5, 10_000.0], 0.5, 1.25e-5, -4.225_989_922_685_883_5),
    ];
    agree(&InverseGaussian, &cases);
}
