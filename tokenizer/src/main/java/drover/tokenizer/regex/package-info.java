/**
 * The regular expressions of tokenizer files: Oniguruma's dialect as far as such files use it, with
 * Unicode classes, in bounded time and without recursion on the text.
 */
package drover.tokenizer.regex;
