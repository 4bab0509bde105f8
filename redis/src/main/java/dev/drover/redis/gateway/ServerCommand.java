package dev.drover.redis.gateway;

/// What a server's COMMAND table says of one command.
///
/// @param name in lower case
/// @param write whether it is flagged as a write, or as one that may replicate
/// @param firstKey index of the first key, 0 if keys do not stand at fixed places
/// @param lastKey index of the last key, negative counts from the end
/// @param keyStep distance between keys
/// @param movableKeys whether keys (also) stand where only the command itself knows
record ServerCommand(
    String name,
    boolean write,
    boolean blocking,
    int firstKey,
    int lastKey,
    int keyStep,
    boolean movableKeys) {}
