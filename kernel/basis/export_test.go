package basis

// LogGammaQuantile opens the gamma quantile to its test.
var LogGammaQuantile = logGammaQuantile
