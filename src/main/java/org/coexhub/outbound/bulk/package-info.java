/**
 * One request that sends to many: it is checked, kept, and becomes one command per row, a few at a time. Makes commands
 * through the command package only; sends nothing itself.
 */
package org.coexhub.outbound.bulk;
