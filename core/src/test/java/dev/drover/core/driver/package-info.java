@NullMarked
package dev.drover.core.driver;

import org.jspecify.annotations.NullMarked;
