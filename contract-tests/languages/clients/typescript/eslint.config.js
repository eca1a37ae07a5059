import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['**/*.js', '**/*.cjs', '**/*.d.ts'] },
    tseslint.configs.strict,
    tseslint.configs.stylistic,
    // The only way to write `require` with types.
    { rules: { '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }] } },
);
