/**
 * Commands on the broker: taken from the queue that other programs write to, and put as pointers on the send queue. May
 * touch JMS and Camel; leaves every decision to the command package.
 */
package org.coexhub.outbound.command.queue;
