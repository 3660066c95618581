/**
 * Takes commands in, whatever their source: one limit of size, one check of form, one answer per idempotency key.
 */
package org.coexhub.outbound.command.intake;
