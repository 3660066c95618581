/**
 * The entry point, and the wings of the house. Imports run down: {@code api}, {@code routes}, {@code connector}, {@code
 * outbound}, {@code delivery}, {@code state}, {@code inbound}, {@code event}, {@code platform}; {@code sandbox} stands apart
 * and talks to the rest over HTTP only.
 */
package org.coexhub;
