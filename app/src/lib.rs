//! The pages of the Intelligent Image Analyzer.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!(
    "`ssr` and `hydrate` in one build disable every event handler of the browser's program: build them in separate cargo invocations"
);
