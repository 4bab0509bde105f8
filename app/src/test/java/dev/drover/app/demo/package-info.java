@NullMarked
package dev.drover.app.demo;

import org.jspecify.annotations.NullMarked;
