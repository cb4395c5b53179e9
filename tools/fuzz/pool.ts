/** What mutations draw from: other inputs of the corpus, and the words of the format. */
export type Pool = { readonly inputs: readonly string[]; readonly words: readonly string[] }
