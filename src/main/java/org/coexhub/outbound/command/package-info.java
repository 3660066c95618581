/**
 * Commands: requests to send one message, from whatever source. Types, states and the rules' interface; {@code intake}
 * takes them, {@code validation} checks their form, {@code store} keeps them, {@code queue} and {@code signed} are
 * ways in.
 */
package org.coexhub.outbound.command;
