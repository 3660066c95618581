package org.coexhub.outbound.command;

/**
 * One thing wrong with the form of a command.
 *
 * @param pointer JSON pointer (RFC 6901) to the value, or to where a missing one belongs; empty for the whole document
 * @param detail what is wrong and what would be right; never the value itself
 */
public record Violation(String pointer, String detail) {}
