package dev.drover.opensearch.answer;

/// What a home has answered cannot be shown: it is no JSON, or it holds what is another tenant's.
/// None of it may be passed on.
public final class BadAnswer extends Exception {
  private static final long serialVersionUID = 1;

  public BadAnswer(String message) {
    super(message);
  }
}
