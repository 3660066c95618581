/**
 * Message templates as Meta has them: fetched from Graph, kept fresh by webhooks, and asked before a template goes
 * out by the {@code SendRule} that lies here. Owns the template tables; calls Graph to list templates and nothing
 * else.
 */
package org.coexhub.outbound.template;
