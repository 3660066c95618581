/**
 * Reconciles sends whose outcome nobody knows. Asks Graph's message history and tells the command store what it
 * found, in the same words as a status would; never sends and never decides to give up.
 */
package org.coexhub.outbound.send.reconcile;
