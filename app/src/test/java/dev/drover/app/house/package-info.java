@NullMarked
package dev.drover.app.house;

import org.jspecify.annotations.NullMarked;
