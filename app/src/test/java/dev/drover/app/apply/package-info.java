/// Configurations that are applied while a fleet runs.
@NullMarked
package dev.drover.app.apply;

import org.jspecify.annotations.NullMarked;
