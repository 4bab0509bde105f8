package dev.drover.sim.explore;

import dev.drover.core.driver.DriverEffect;
import java.util.List;

/// A controller: its driver, what that one has asked for and is not done, and its mover's work.
final class ControllerState {
  static final int NONE = -1;

  boolean alive = true;

  /// The driver's number, or [#NONE].
  int driver = NONE;

  /// Not carried out yet, in order; the first one is for the store.
  List<DriverEffect> effects = List.of();

  /// The mover's work, in order; the first one is in progress.
  List<DriverEffect.Ask> jobs = List.of();

  /// The term under which they were asked for; it stays when the driver hears of another.
  int jobsTerm;

  /// What the mover has read at the source and not written at the target, or [#NONE].
  int read = NONE;

  /// A copy that is on its way though its work was given up, or [#NONE]; and the term of it.
  int stray = NONE;

  int strayTerm;

  /// Whether it arrives before anything that is sent to the target after it.
  boolean strayBehind;

  /// The numbers of [#effects] and [#jobs], as of the last [#number].
  int effectsNumber;

  int jobsNumber;

  ControllerState copy() {
    ControllerState copy = new ControllerState();
    copy.alive = alive;
    copy.driver = driver;
    copy.effects = effects;
    copy.jobs = jobs;
    copy.effectsNumber = effectsNumber;
    copy.jobsNumber = jobsNumber;
    copy.jobsTerm = jobsTerm;
    copy.read = read;
    copy.stray = stray;
    copy.strayTerm = strayTerm;
    copy.strayBehind = strayBehind;
    return copy;
  }

  void number(Machines machines) {
    effectsNumber = machines.effectsId(effects);
    jobsNumber = machines.jobsId(jobs);
  }

  boolean drives() {
    return alive && driver != NONE;
  }

  /// The work is given up; what was asked of the target may still be done.
  void giveUp() {
    jobs = List.of();
    if (read != NONE) {
      stray = read;
      strayTerm = jobsTerm;
      strayBehind = true;
      read = NONE;
    }
    jobsTerm = 0;
  }

  /// The copy on its way has arrived, or never will.
  void noStray() {
    stray = NONE;
    strayTerm = 0;
    strayBehind = false;
  }
}
