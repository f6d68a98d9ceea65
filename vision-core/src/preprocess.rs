//! Upright pixels to a model's input tensor, by the numbers of the manifest.
