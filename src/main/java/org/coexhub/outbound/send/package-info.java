/**
 * The way out to Meta: each command's turn, the policy that may stop it, the call to Graph, and the handling of the
 * answer. The only package that calls Graph to send; touches commands through their store, and publishes outcomes as
 * events through the journal.
 */
package org.coexhub.outbound.send;
