package dev.drover.engine.config;

/// One thing that is wrong in a configuration.
///
/// @param line from 1; 0 if it has none
public record Fault(int line, String message) {}
