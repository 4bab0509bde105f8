/// Reads a configuration: sections with their lines, and the forms of values in it.
@NullMarked
package dev.drover.engine.config;

import org.jspecify.annotations.NullMarked;
