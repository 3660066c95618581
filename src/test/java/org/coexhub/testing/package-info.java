/**
 * What tests share: the hub and its broker as processes of their own, a real PostgreSQL, webhooks as Meta sends them, and
 * a plain JMS client. Everything speaks the real protocol over real sockets; nothing here looks inside the hub.
 */
package org.coexhub.testing;
