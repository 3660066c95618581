/**
 * JSON for webhooks: a parser that refuses nothing for its size or shape, and one spelling for equal documents. Knows
 * bytes and Jackson, and nothing of WhatsApp.
 */
package org.coexhub.event.json;
