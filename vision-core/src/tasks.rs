//! Raw outputs to findings in image space: classify, detect, faces.
