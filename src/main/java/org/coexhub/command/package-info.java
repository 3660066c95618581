/**
 * Commands: requests to send one message, from whatever source. Reads and validates their JSON, gives each idempotency
 * key one answer, and keeps each command's state in the database. May touch the store and the send queue; calls nobody
 * outside and knows nothing of Meta's answers.
 */
package org.coexhub.command;
