/// The engine `sample`, which is only there for tests: its partitions are maps of entries on HTTP
/// servers. It shows what an engine brings, and proves that nothing else has to know it
/// (docs/adding-an-engine.md).
@NullMarked
package dev.drover.sample;

import org.jspecify.annotations.NullMarked;
