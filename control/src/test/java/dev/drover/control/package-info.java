@NullMarked
package dev.drover.control;

import org.jspecify.annotations.NullMarked;
