@NullMarked
package dev.drover.app.log;

import org.jspecify.annotations.NullMarked;
