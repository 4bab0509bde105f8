package dev.drover.bench;

/// One measurement: brings up what it needs, measures, and takes everything down again.
interface Bench {
  /// As on the command line.
  String name();

  /// What is measured against what, in a sentence or two, for whoever reads the results.
  String about();

  void run(Setup setup, Report report) throws Exception;
}
