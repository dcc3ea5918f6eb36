import type { SignInOptions } from '@enrollkit/contract/runner';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Form } from 'react-aria-components/Form';
import { Button, Failure, Notice, Pending } from '../parts/basic.tsx';
import { lacking, TextField, useAttempts } from '../parts/text-field.tsx';
import { api, queryClient, sessionKey, signInOptionsQuery } from '../queries.ts';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import './sign-in.css';

/** Where one signs in: in the ways that this server has. `linkError` is what became of a one-time link. */
export function SignInPage({ linkError }: { readonly linkError: unknown }): ReactNode {
  const { data, error, refetch } = useQuery(signInOptionsQuery);
  return (
    <main className="sign-in">
      <div className="stack">
        <div className="brand">
          <img src="/icon.svg" alt="" />
          Enrollkit console
        </div>
        {data !== undefined && <Where environment={data.environment} />}
        {linkError !== undefined && <Failure error={linkError} what="The link" />}
        <section className="card" aria-labelledby="sign-in">
          <div className="stack">
            <h1 id="sign-in">Sign in</h1>
            {data === undefined ? (
              <Pending error={error} what="the ways to sign in" again={() => void refetch()} />
            ) : (
              <Ways options={data} />
            )}
          </div>
        </section>
        <ThemeSwitch />
      </div>
    </main>
  );
}

function Where({ environment }: Pick<SignInOptions, 'environment'>): ReactNode {
  return (
    <p className={environment.kind === 'production' ? 'environment production' : 'environment'}>
      <span className="kind">{environment.kind}</span> {environment.label}
    </p>
  );
}

function Ways({ options: { methods, oidcName } }: { readonly options: SignInOptions }): ReactNode {
  return (
    <>
      {methods.includes('oidc') && <Oidc name={oidcName ?? 'your identity provider'} />}
      {methods.includes('password') && <Password />}
      {methods.includes('link') && !methods.includes('password') && !methods.includes('oidc') && (
        <Notice tone="open" icon="info" title="Open the link that enrollkit serve has printed">
          <p>It works once and for ten minutes. Enter, where enrollkit serve runs, prints a new one.</p>
        </Notice>
      )}
    </>
  );
}

function Oidc({ name }: { readonly name: string }): ReactNode {
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.startOidc(),
    onSuccess: ({ location: address }) => location.assign(address),
  });
  return (
    <>
      <Button kind="primary" isDisabled={isPending} onPress={() => mutate()}>
        Sign in with {name}
      </Button>
      {error !== null && <Failure error={error} what="The way to the identity provider" />}
    </>
  );
}

function Password(): ReactNode {
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.signIn({ userName, password }),
    onSuccess: (session) => queryClient.setQueryData(sessionKey, session),
    onSettled: () => setPassword(''),
    gcTime: 0,
  });
  const lacks = { userName: lacking(userName, 1), password: lacking(password, 1) };
  const { tried, onSubmit } = useAttempts(
    lacks.userName === undefined && lacks.password === undefined,
    mutate,
  );
  return (
    <Form className="stack" onSubmit={onSubmit}>
      <TextField
        label="User name"
        value={userName}
        onChange={setUserName}
        autoComplete="username"
        problem={tried ? lacks.userName : undefined}
        isRequired
        maxLength={200}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        problem={tried && !isPending ? lacks.password : undefined}
        isRequired
        maxLength={1000}
      />
      {error !== null && <Failure error={error} what="Signing in" />}
      <Button type="submit" kind="primary" isDisabled={isPending}>
        {isPending ? 'Signing in …' : 'Sign in'}
      </Button>
    </Form>
  );
}
